import type { Result } from "./result.ts";

const row = 26;
const left = 470;
const width = 420;
const top = 40;
/** The plot reaches from a fourth of the goal to four times the goal. */
const reach = Math.log2(4);

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function goalValue({ goal }: Result): number {
  return Number(goal.split(" ")[1]);
}

function wantsLess({ goal }: Result): boolean {
  return goal.startsWith("<");
}

/** How much better than its goal something is, as a power of two: 1 is twice as good. */
function lead(result: Result, ratio: number): number {
  const share = wantsLess(result) ? goalValue(result) / ratio : ratio / goalValue(result);
  return Math.max(-reach, Math.min(reach, Math.log2(share)));
}

function x(value: number): number {
  return Math.round(left + (width / 2) * (1 + value / reach));
}

function bar(result: Result, index: number): string {
  const y = top + index * row;
  const name = `<text x="${left - 12}" y="${y + 13}" text-anchor="end">${escaped(result.name)}</text>`;
  // What was not measured has no figure.
  if (typeof result.ratio !== "number" || Number.isNaN(result.ratio)) return name;
  const value = lead(result, result.ratio);
  const from = Math.min(x(0), x(value));
  const length = Math.max(2, Math.abs(x(value) - x(0)));
  const ends = [result.low, result.high].map((each) => x(lead(result, each)));
  const color = result.holds ? "#2a9d5c" : "#d1495b";
  return [
    name,
    `<rect x="${from}" y="${y + 2}" width="${length}" height="14" fill="${color}"/>`,
    `<line x1="${Math.min(...ends)}" x2="${Math.max(...ends)}" y1="${y + 9}" y2="${y + 9}" stroke="#222" stroke-width="1.5"/>`,
    `<text x="${left + width + 12}" y="${y + 13}">${result.ratio} (goal ${escaped(result.goal)})</text>`,
  ].join("\n");
}

/** A picture of all results beside their goals: to the right of the line is better than the goal. */
export function goalsPlot(results: readonly Result[]): string {
  const height = top + results.length * row + 20;
  const marks = [-2, -1, 0, 1, 2].map((power) => {
    const label = power === 0 ? "goal" : `${power < 0 ? "÷" : "×"}${2 ** Math.abs(power)}`;
    const stroke = power === 0 ? "#222" : "#ddd";
    return `<line x1="${x(power)}" x2="${x(power)}" y1="${top - 8}" y2="${height - 16}" stroke="${stroke}"/><text x="${x(power)}" y="${top - 14}" text-anchor="middle">${label}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1100 ${height}" font-family="sans-serif" font-size="12" role="img">
<title>Results beside their goals; to the right is better</title>
<rect width="1100" height="${height}" fill="#fff"/>
${marks.join("\n")}
${results.map(bar).join("\n")}
</svg>
`;
}
