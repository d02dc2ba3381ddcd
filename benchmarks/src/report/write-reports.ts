import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, type } from "node:os";
import { join } from "node:path";
import type { PartReport } from "./part.ts";
import { goalsPlot } from "./goals-plot.ts";
import { goalsTable, markdownTable } from "./text-table.ts";
import type { Result } from "./result.ts";

interface ResultsFile {
  readonly machine: string;
  readonly results: readonly Result[];
}

function partOf({ name }: Result): string {
  return name.slice(0, name.indexOf(":")).toLowerCase();
}

/** Results of parts that did not run this time stay as they were. */
function mergedResults(file: string, reports: ReadonlyMap<string, PartReport>): readonly Result[] {
  const earlier: readonly Result[] = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as ResultsFile).results
    : [];
  const order = [
    "http",
    "data",
    "logging",
    "startup",
    "calls",
    "events",
    "memory",
    "growth",
    "soak",
  ];
  const place = (result: Result): number => order.indexOf(partOf(result));
  return [
    ...earlier.filter((result) => !reports.has(partOf(result))),
    ...[...reports.values()].flatMap(({ results }) => results),
  ].toSorted((left, right) => place(left) - place(right));
}

/** Puts a text between the two comments of its name. */
export function fillSection(page: string, name: string, text: string): string {
  const open = `<!-- bench:${name} -->`;
  const close = `<!-- /bench:${name} -->`;
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start < 0 || end < start) throw new Error(`The page has no place for ${name}.`);
  return `${page.slice(0, start + open.length)}\n\n${text}\n\n${page.slice(end)}`;
}

function sectionOf({ tables }: PartReport): string {
  return tables
    .map((table) => `### ${table.title}\n\n${table.notes.join("\n")}\n\n${markdownTable(table)}`)
    .join("\n\n");
}

const pageOf = (folder: string): string => join(folder, "docs", "performance.md");

/**
 * Puts the tables of one part under another name into `docs/performance.md`, with the version of Node.
 *
 * @param folder the repository
 * @param name the section's
 */
export function writeSection(folder: string, name: string, report: PartReport): void {
  const page = pageOf(folder);
  const text = `Measured on Node ${process.versions.node}.\n\n${sectionOf(report)}`;
  writeFileSync(page, fillSection(readFileSync(page, "utf8"), name, text));
}

/**
 * Writes what was found: `results.json`, the tables in `docs/performance.md`, and a plot beside them.
 *
 * @param folder the repository
 */
export function writeReports(folder: string, reports: ReadonlyMap<string, PartReport>): void {
  const file = join(folder, "benchmarks", "results.json");
  const results = mergedResults(file, reports);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "CPU"}, ${type()}, Node ${process.versions.node}`;
  writeFileSync(file, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  const page = pageOf(folder);
  let text = readFileSync(page, "utf8");
  for (const [name, report] of reports) {
    if (report.tables.length > 0) text = fillSection(text, name, sectionOf(report));
  }
  text = fillSection(text, "goals", goalsTable(results));
  writeFileSync(page, text);
  writeFileSync(join(folder, "docs", "performance.svg"), goalsPlot(results));
}
