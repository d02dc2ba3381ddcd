import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  caseTable,
  renderCaseTable,
  type ReportedTest,
  silentGaps,
} from "./conformance/case-table.ts";

const usage = `Usage:
  npm run conformance                     run the suite on every engine in reach
  npm run conformance -- --require-all    fail where an engine is missing
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
    const words = ["run", "-conformance.test.ts", "--reporter=json", `--outputFile=${outputFile}`];
    const child = spawn(process.execPath, [join(dirname(vitest), "vitest.mjs"), ...words], {
      cwd: join(import.meta.dirname, ".."),
      env: { ...process.env, ...(requireAll ? { PLINTH_REQUIRE_ENGINES: "all" } : {}) },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await once(child, "exit");
    return JSON.parse(await readFile(outputFile, "utf8")) as Report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

const words = process.argv.slice(2);
const unknown = words.find((word) => word !== "--require-all" && word !== "--help");
if (unknown !== undefined || words.includes("--help")) {
  print(...(unknown === undefined ? [] : [`There is no option ${unknown}.`]), usage);
  process.exitCode = unknown === undefined ? 0 : 2;
} else {
  const { testResults } = await runSuites(words.includes("--require-all"));
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
