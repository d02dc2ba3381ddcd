import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** The messages of the compiler about a module, without file names and columns. */
async function diagnosticsOf(source: string): Promise<string[]> {
  const folder = mkdtempSync(join(root, ".types-"));
  try {
    writeFileSync(join(folder, "fixture.ts"), source);
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: join(root, "tsconfig.base.json"), files: ["fixture.ts"] }),
    );
    const words = ["--no-install", "tsc", "-p", folder, "--pretty", "false"];
    const output = await promisify(execFile)("npx", words, { cwd: root }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    );
    return output
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replace(/^.*\((\d+),\d+\): /, "line $1: "));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("wrong types do not compile, with a readable message", async () => {
  const diagnostics =
    await diagnosticsOf(`import { awsFields, BaseConfig, requiredWhen } from "@plinth/config";
import * as z from "zod";
class ThingConfig extends BaseConfig.extend({ thingsTable: z.string().default("things") }) {}
class AwsThingConfig extends ThingConfig.extend(awsFields) {}
new ThingConfig({ thingsTable: 5 });
new AwsThingConfig({ cloud: "gcp", awsRegion: "eu-central-1" });
new AwsThingConfig({});
new ThingConfig().port = 5;
new ThingConfig({ thingsTabel: "x" });
ThingConfig.extend({}, { rules: [requiredWhen("thingsTabel", (config) => config.port > 1)] });
`);
  expect(diagnostics).toStrictEqual([
    "line 5: error TS2322: Type 'number' is not assignable to type 'string'.",
    `line 6: error TS2322: Type '"gcp"' is not assignable to type '"aws"'.`,
    expect.stringMatching(/^line 7: error TS2741: Property 'awsRegion' is missing in type '{}'/),
    "line 8: error TS2540: Cannot assign to 'port' because it is a read-only property.",
    expect.stringMatching(/^line 9: error TS2561: .*Did you mean to write 'thingsTable'\?$/),
    `line 10: error TS2345: Argument of type '"thingsTabel"' is not assignable to parameter of type '"cloud" | "environment" | "host" | "logLevel" | "port" | "thingsTable"'.`,
  ]);
}, 120_000);
