import { join } from "node:path";
import { engineDefinitions } from "./engines/definitions.ts";
import { parseArguments, usage, UsageError } from "./engines/parse-arguments.ts";
import { runEngines } from "./engines/run-engines.ts";
import { watchInterruptions } from "./engines/until-interrupted.ts";

const folder = join(import.meta.dirname, "..", ".engines");
const words = process.argv.slice(2);

if (words[0] === "--help") {
  process.stdout.write(`${usage}\n`);
} else {
  try {
    const known = engineDefinitions.map(({ name }) => name);
    const command = parseArguments(words, known);
    process.exitCode = await runEngines(command, { folder, signal: watchInterruptions() });
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n${error instanceof UsageError ? `${usage}\n` : ""}`);
  }
}
