import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import {
  caseTable,
  renderCaseTable,
  type ReportedTest,
  silentGaps,
} from "./conformance/case-table.ts";

const usage = `Usage:
  npm run conformance                     run the suite on every engine in reach
  npm run conformance -- --require-all    fail where an engine is missing
  npm run conformance -- --report FILE    the table of a run of all tests, from vitest's JSON report
Engines that need a server are found as "npm run engines" leaves them, or by their variables.`;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly (ReportedTest & {
      readonly failureMessages: readonly string[];
    })[];
  }[];
}

/** Runs the conformance tests of all drivers. @returns vitest's report */
async function runSuites(requireAll: boolean): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-conformance-"));
  try {
    const outputFile = join(folder, "report.json");
    const vitest = createRequire(import.meta.url).resolve("vitest/package.json");
    const words = [
      "run",
      "--config=vitest.all.config.ts",
      "--project=packages",
      "--project=long",
      "conformance",
      "--reporter=json",
      `--outputFile=${outputFile}`,
    ];
    const child = spawn(process.execPath, [join(dirname(vitest), "vitest.mjs"), ...words], {
      cwd: join(import.meta.dirname, ".."),
      env: { ...process.env, ...(requireAll ? { PLINTH_REQUIRE_ENGINES: "all" } : {}) },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await once(child, "exit");
    const report = await readFile(outputFile, "utf8").catch(() => undefined);
    if (report === undefined) throw new Error("vitest ended without a report; see above.");
    return JSON.parse(report) as Report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isConformance(file: string): boolean {
  return /-conformance(?:\.long)?\.test\.ts$/.test(file);
}

/** What the conformance tests did in a run that is over. */
async function readReport(file: string): Promise<Report> {
  const { testResults } = JSON.parse(await readFile(file, "utf8")) as Report;
  return { testResults: testResults.filter(({ name }) => isConformance(name)) };
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

function readWords(): { isHelp: boolean; requireAll: boolean; report: string | undefined } {
  const options = {
    help: { type: "boolean", default: false },
    "require-all": { type: "boolean", default: false },
    report: { type: "string" },
  } as const;
  try {
    const { values } = parseArgs({ options });
    return { isHelp: values.help, requireAll: values["require-all"], report: values.report };
  } catch (error) {
    print((error as Error).message);
    process.exitCode = 2;
    return { isHelp: true, requireAll: false, report: undefined };
  }
}

const { isHelp, requireAll, report } = readWords();
if (isHelp) {
  print(usage);
} else {
  const { testResults } =
    report === undefined ? await runSuites(requireAll) : await readReport(report);
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const table = caseTable(tests);
  print(...renderCaseTable(table), "");

  const outside = tests.filter(
    ({ ancestorTitles }) => !ancestorTitles.some((title) => title.endsWith(" driver")),
  );
  for (const { ancestorTitles, title } of outside) {
    print(`Not run: ${[...ancestorTitles, title].join(" > ")}`);
  }
  const failed = tests.filter(({ status }) => status === "failed");
  for (const { ancestorTitles, title, failureMessages } of failed) {
    print("", `FAIL ${[...ancestorTitles, title].join(" > ")}`, ...failureMessages);
  }
  // A file that does not load has no tests that could fail; it must not look like success.
  const broken = testResults.filter(
    ({ assertionResults, message }) => assertionResults.length === 0 || message !== "",
  );
  for (const { name, message } of broken) print("", `FAIL ${name}`, message);
  const gaps = silentGaps(table);
  print(...gaps.map((gap) => `Gap: ${gap}.`));

  const passed = tests.filter(({ status }) => status === "passed").length;
  const faults = failed.length + broken.length + gaps.length;
  const skipped = tests.length - passed - failed.length;
  print(`${passed} passed, ${faults} failed, ${skipped} skipped`);
  process.exitCode = faults === 0 ? 0 : 1;
}
