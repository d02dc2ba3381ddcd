import type { Cell, Table } from "./part.ts";
import { rounded, type Result } from "./result.ts";

function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  const { median, low, high } = cell;
  if (low === high) return String(rounded(median));
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** A table in Markdown, with its columns lined up so that it reads well in a terminal too. */
export function markdownTable(table: Table): string {
  const lines = [
    ["", ...table.columns],
    ...table.rows.map(({ name, cells }) => [name, ...cells.map(cellText)]),
  ];
  const widths = (lines[0] ?? []).map((_, index) =>
    Math.max(3, ...lines.map((line) => (line[index] ?? "").length)),
  );
  const text = (line: readonly string[]): string =>
    `| ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const [head = [], ...rows] = lines;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [text(head), rule, ...rows.map(text)].join("\n");
}

/** JSON writes what is no number as null. */
function isMissing(ratio: number | null): boolean {
  return ratio === null || Number.isNaN(ratio);
}

/** All results beside their goals, in Markdown. */
export function goalsTable(results: readonly Result[]): string {
  const figure = (value: number | null): string => (value === null ? "" : String(value));
  const lines = [
    ["what", "ratio", "range", "goal", "holds"],
    ...results.map(({ name, ratio, low, high, goal, holds }) => [
      name,
      isMissing(ratio) ? "not measured" : figure(ratio),
      isMissing(ratio) || low === high ? "" : `${figure(low)} to ${figure(high)}`,
      goal.replace(">=", "≥").replace("<=", "≤").replace(">", "\\>"),
      holds ? "yes" : "**no**",
    ]),
  ];
  const [head = [], ...rows] = lines.map((line) => `| ${line.join(" | ")} |`);
  return [head, "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}
