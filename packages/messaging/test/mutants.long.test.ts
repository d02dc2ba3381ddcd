import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { mutants } from "./mutants/all-mutants.ts";

const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));

interface Case {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}

/** Runs the suite on every mutant, in a process of its own: there, tests have to fail. */
async function runMutants(): Promise<Case[]> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-mutants-"));
  try {
    const outputFile = join(folder, "report.json");
    const vitest = dirname(createRequire(import.meta.url).resolve("vitest/package.json"));
    await new Promise<void>((resolve) => {
      execFile(
        process.execPath,
        [
          join(vitest, "vitest.mjs"),
          "run",
          "--config=packages/messaging/test/mutants/vitest.config.ts",
          "--reporter=json",
          `--outputFile=${outputFile}`,
        ],
        {
          cwd: repositoryRoot,
          env: { ...process.env, VITEST: undefined },
          maxBuffer: 2 ** 28,
        },
        () => resolve(),
      );
    });
    const report = JSON.parse(await readFile(outputFile, "utf8")) as {
      testResults: { assertionResults: Case[]; message: string }[];
    };
    expect(report.testResults.map(({ message }) => message)).toEqual([""]);
    return report.testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("the suite finds the fault", () => {
  let cases: readonly Case[] = [];
  beforeAll(async () => {
    cases = await runMutants();
  }, 120_000);

  const killersOf = (mutant: string): readonly string[] =>
    cases
      .filter(({ ancestorTitles }) => ancestorTitles[0] === `${mutant} driver`)
      .filter(({ status }) => status === "failed")
      .map(({ ancestorTitles, title }) => [...ancestorTitles.slice(1), title].join(" > "));

  test.each(Object.keys(mutants))("%s", async (mutant) => {
    const killers = killersOf(mutant);
    const more = killers.length > 1 ? ` (and ${killers.length - 1} more)` : "";
    process.stdout.write(`mutant: ${mutant} -> ${killers[0] ?? "ALIVE"}${more}\n`);
    expect(killers).not.toEqual([]);
  });

  test("a driver without a fault passes", () => {
    expect(killersOf("no fault")).toEqual([]);
  });

  test("there are enough of them", () => {
    expect(Object.keys(mutants).length).toBeGreaterThanOrEqual(40);
  });
});
