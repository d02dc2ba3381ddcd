import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { startProcess } from "@plinth/testing";

const vitest = join(
  dirname(createRequire(import.meta.url).resolve("vitest/package.json")),
  "vitest.mjs",
);

const fixtures = join(import.meta.dirname, "fixtures");

/** How a test of a fixture file ended: its messages are empty where it passed. */
export interface Outcome {
  readonly status: string;
  readonly messages: readonly string[];
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs files of `test/fixtures` under a vitest of their own, and gives their tests by file and title. */
export async function runVitest(
  files: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Map<string, Outcome>> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-vitest-"));
  const report = join(folder, "report.json");
  const config = join(fixtures, "vitest.config.ts");
  try {
    await using child = await startProcess(
      process.execPath,
      [vitest, "run", "--config", config, "--reporter=json", `--outputFile=${report}`, ...files],
      { environment: { ...withoutRunner(), ...environment } },
    );
    await child.exit;
    const { testResults } = JSON.parse(readReport(report, child.stdout + child.stderr)) as Report;
    return new Map(
      testResults.flatMap(({ name, message, assertionResults }) => {
        if (assertionResults.length === 0) throw new Error(`A file did not load: ${message}`);
        return assertionResults.map(
          ({ title, status, failureMessages }) =>
            [`${nameOf(name)} > ${title}`, { status, messages: failureMessages }] as const,
        );
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `engines/one/counters` for the file of that name in `test/fixtures`. */
function nameOf(file: string): string {
  return relative(fixtures, file).replace(/\.fixture\.ts$/, "");
}

function readReport(file: string, output: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`vitest wrote no report. Its output:\n${output}`, { cause });
  }
}

/** The variables of this vitest would make another one believe that it is a worker. */
function withoutRunner(): NodeJS.ProcessEnv {
  const own = /^VITEST|^TEST$|^TEST_REPORT$|^NODE_OPTIONS$|^NODE_V8_COVERAGE$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
