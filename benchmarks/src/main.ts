import { join } from "node:path";
import { parseArgs } from "node:util";
import { leaveMeasuredCore, pinning } from "./method/cores.ts";
import { CheckError } from "./method/check-error.ts";
import { parts } from "./parts.ts";
import type { Effort, PartReport } from "./report/part.ts";
import { markdownTable } from "./report/text-table.ts";
import { writeReports, writeSection } from "./report/write-reports.ts";

const full: Effort = { quick: false, rounds: 9, sample: 250, tolerance: 0.06, minutes: 3 };
const brief: Effort = { quick: true, rounds: 1, sample: 40, tolerance: 0.5, minutes: 0.05 };

/** Seen from where it is compiled to. */
const repository = join(import.meta.dirname, "..", "..", "..", "..");

const usage = `Usage: npm run bench [-- [--quick] [part …]]

Parts: ${Object.keys(parts).join(", ")}. Default: all of them.
  --rounds  how many rounds count, in place of ${full.rounds}
  --only    measures the comparisons alone whose names contain this; nothing is written
  --minutes how long the soak goes on, in place of ${full.minutes}
  --section puts the tables of one part under another name in docs/performance.md, and nothing else
            anywhere: for measuring on another version of Node
  --quick   a few short rounds, to see that all of it works; nothing is written`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function print(report: PartReport): void {
  for (const table of report.tables) {
    say(`\n## ${table.title}\n`);
    for (const note of table.notes) say(note);
    say(`\n${markdownTable(table)}`);
  }
  say("");
  for (const { name, ratio, low, high, goal, holds } of report.results) {
    say(`${holds ? "holds " : "MISSED"}  ${name}: ${ratio} (${low} to ${high}), goal ${goal}`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean" },
      only: { type: "string" },
      section: { type: "string" },
      rounds: { type: "string" },
      minutes: { type: "string" },
      help: { type: "boolean" },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
  if (values.section !== undefined && positionals.length !== 1) {
    say(`--section is for one part alone.\n${usage}`);
    process.exitCode = 2;
    return;
  }
  if (values.help === true || unknown.length > 0) {
    say(unknown.length > 0 ? `There is no part ${unknown.join(", ")}.\n${usage}` : usage);
    process.exitCode = unknown.length > 0 ? 2 : 0;
    return;
  }
  leaveMeasuredCore();
  const usual = values.quick === true ? brief : full;
  const effort = {
    ...usual,
    rounds: Number(values.rounds ?? usual.rounds),
    minutes: Number(values.minutes ?? usual.minutes),
    only: values.only,
  };
  say(`Cores: ${pinning}.`);
  const reports = new Map<string, PartReport>();
  for (const [name, part] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const begun = performance.now();
    say(`\n# ${name}`);
    const report = await part(effort, say);
    print(report);
    say(`${name} took ${Math.round((performance.now() - begun) / 1_000)} s.`);
    reports.set(name, report);
  }
  if (effort.quick || effort.only !== undefined) return;
  if (values.section === undefined) writeReports(repository, reports);
  else for (const report of reports.values()) writeSection(repository, values.section, report);
}

try {
  await main();
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof CheckError ? error.message : (error as Error).stack}\n`);
}
// A server that was left behind by a failure must not keep the whole run waiting.
process.exit();
