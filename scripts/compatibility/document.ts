import { bundleChecks, programChecks, testGroups, type Outcome } from "./checks.ts";
import type { Factor } from "./factors.ts";
import type { Refusal, Row } from "./run-cell.ts";
import type { Range } from "./ranges.ts";

const words: Readonly<Record<Outcome["status"], string>> = {
  green: "yes",
  unsupported: "no",
  "not run": "not run",
  failed: "FAILED",
};

const columns: readonly (readonly [string, readonly string[]])[] = [
  ["types", ["types"]],
  ["app over HTTP", ["compiled"]],
  ["`require`", ["CommonJS"]],
  ["tsx", ["tsx"]],
  ["types stripped", ["type stripping"]],
  ["bundles", bundleChecks],
  ["vitest", ["fixtures"]],
  ["DynamoDB", ["dynamodb"]],
  ["Firestore", ["firestore"]],
  ["Postgres", ["postgres"]],
  ["PGlite", ["pglite"]],
];

/** All checks that a table shows; a failing one that is not here would go unseen. */
export const shownChecks: readonly string[] = columns.flatMap(([, checks]) => checks);
export const knownChecks: readonly string[] = [
  "types",
  ...programChecks,
  ...bundleChecks,
  ...testGroups,
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** The table of everything that was tried, a line for each Node in each set of versions. */
export function outcomeTable(rows: readonly Row[], factors: readonly Factor[]): string[] {
  const names = [...new Set(rows.map(({ cell }) => JSON.stringify(cell.levels)))];
  return table(
    ["versions", "Node", ...columns.map(([title]) => title)],
    rows.map(({ cell, node, outcomes }) => [
      titleOf(cell.levels, names.indexOf(JSON.stringify(cell.levels)), factors),
      node.version,
      ...columns.map(([, checks]) => summary(checks.map((check) => outcomes[check]))),
    ]),
  );
}

function summary(outcomes: readonly (Outcome | undefined)[]): string {
  const statuses = outcomes.map((outcome) => outcome?.status);
  if (statuses.every((status) => status === undefined)) return "";
  const worst = (["failed", "unsupported", "not run", "green"] as const).find((status) =>
    statuses.includes(status),
  );
  return words[worst ?? "not run"];
}

function titleOf(
  levels: Readonly<Record<string, string>>,
  index: number,
  factors: readonly Factor[],
): string {
  const values = factors.map(({ name }) => levels[name] ?? "newest");
  if (values.every((value) => value === "oldest")) return "oldest";
  if (values.every((value) => value === "newest")) return "newest";
  const others = factors.filter(({ name }) => name !== "vitest");
  return others.every(({ name }) => levels[name] === "newest")
    ? "newest, vitest 4"
    : `mixture ${index}`;
}

/** Which versions the sets were made of. */
export function setTable(rows: readonly Row[], factors: readonly Factor[]): string[] {
  const sets = [...new Map(rows.map((row) => [JSON.stringify(row.cell.levels), row])).values()];
  const ranges = factors.flatMap((factor) => factor.ranges);
  return table(
    ["package", ...sets.map(({ cell }, index) => titleOf(cell.levels, index, factors))],
    ranges.map(({ name }) => [`\`${name}\``, ...sets.map(({ versions }) => versions[name] ?? "")]),
  );
}

const rangesTitle = "| package | range | comes |";

/** What the packages ask for; the part of the page that has to follow their manifests. */
export function rangeTable(ranges: readonly Range[], engines: string): string[] {
  return [
    rangesTitle,
    "| --- | --- | --- |",
    `| Node | \`${escapeBars(engines)}\` | |`,
    ...ranges.map(
      ({ name, range, isBrought }) =>
        `| \`${name}\` | \`${escapeBars(range)}\` | ${isBrought ? "with our packages" : "with the service"} |`,
    ),
  ];
}

/** A bar would end the cell of a table. */
function escapeBars(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** What does not work, with the message that its user gets. */
export function refusalTable(refusals: readonly Refusal[]): string[] {
  return table(
    ["what", "Node", "message", "instead"],
    refusals.map(({ known, node, outcome }) => [
      known.what,
      node.version,
      outcome.status === "unsupported" ? `\`${escapeBars(trimmed(outcome.message))}\`` : "FAILED",
      known.instead,
    ]),
  );
}

/** Where a project was does not belong into the page. */
function trimmed(message: string): string {
  return message.trim().replaceAll(/(?:file:\/\/)?\/\S*\/plinth-compatibility-[^/]+/g, "…");
}

/** Whether a page has the ranges of today. @returns the lines that it lacks, or has too many */
export function staleRanges(page: string, ranges: readonly Range[], engines: string): string[] {
  const squeeze = (line: string) => line.replaceAll(/\s+/g, " ").trim();
  const lines = page.split("\n").map(squeeze);
  const from = lines.indexOf(rangesTitle);
  const rest = from === -1 ? [] : lines.slice(from);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  const kept = rest.slice(2, end === -1 ? undefined : end);
  const wanted = rangeTable(ranges, engines).slice(2).map(squeeze);
  return [
    ...kept.filter((line) => !wanted.includes(line)).map((line) => `- ${line}`),
    ...wanted.filter((line) => !kept.includes(line)).map((line) => `+ ${line}`),
  ];
}
