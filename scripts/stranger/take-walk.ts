import { mkdir, readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { moduleImports } from "../dependencies/module-imports.ts";
import { freePort } from "../engines/free-port.ts";
import { ProgramError, runProgram } from "../registry/run-program.ts";
import type { StrangerEnvironment } from "../registry/stranger-environment.ts";
import { ServedProgram } from "./served-program.ts";
import { matchesOutput, type Step } from "./walkthrough.ts";

/** The port that pages show, in place of which a free one is taken. */
const shownPort = "3000";

/** A step that did not do what its page says. */
export class WalkError extends Error {
  override readonly name = "WalkError";
}

/** What a step did. */
export interface StepReport {
  readonly title: string;
  readonly milliseconds: number;
  readonly output: string;
}

/**
 * Does what a page says, in a folder, as its reader would. Nothing is added to it; only the port is
 * another one, as the page's may be taken.
 *
 * @param report told each command that is over
 * @throws {WalkError} At the first step that fails or prints something else than its page says.
 */
export async function takeWalk(
  steps: readonly Step[],
  folder: string,
  { environment, masks }: StrangerEnvironment,
  report: (step: StepReport) => void,
): Promise<void> {
  const port = String(await freePort());
  const options = { folder, environment: { ...environment, PORT: port }, masks };
  let served: ServedProgram | undefined;
  try {
    for (const step of steps) {
      if (step.kind === "file") {
        await writeTo(folder, step.path, step.text);
        continue;
      }
      const started = performance.now();
      const command = step.command.replaceAll(`:${shownPort}`, `:${port}`);
      let output = "";
      try {
        if (step.kind === "serve") served = await ServedProgram.start(command, port, options);
        else output = await runProgram("bash", ["-euo", "pipefail", "-c", command], options);
      } catch (error) {
        if (!(error instanceof ProgramError)) throw error;
        throw new WalkError(`${step.place}: ${error.message}`, { cause: error });
      }
      if (step.expected !== undefined && !matchesOutput(step.expected, output)) {
        const { place, expected } = step;
        throw new WalkError(`${place}: the page says\n${expected}\nand it prints\n${output}`);
      }
      report({ title: step.command, milliseconds: performance.now() - started, output });
    }
    await served?.stop();
    await refuseStowaways(steps, folder);
  } finally {
    served?.kill();
  }
}

async function writeTo(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

// npm puts the dependencies of dependencies where imports find them, until one day it does not.
async function refuseStowaways(steps: readonly Step[], folder: string): Promise<void> {
  const manifest: {
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const installed = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const step of steps) {
    if (step.kind !== "file" || !step.path.endsWith(".ts")) continue;
    for (const { specifier } of moduleImports(step.path, step.text)) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
      if (specifier.startsWith(".") || isBuiltin(specifier) || name in installed) continue;
      throw new WalkError(`${step.place}: it imports ${name}, which the page does not install.`);
    }
  }
}
