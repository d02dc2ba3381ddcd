import { expect, test } from "vitest";
import { allCells, endCells } from "../scripts/compatibility/cells.ts";
import {
  knownChecks,
  rangeTable,
  shownChecks,
  staleRanges,
} from "../scripts/compatibility/document.ts";
import { factorsOf, versionAt } from "../scripts/compatibility/factors.ts";
import { pairwise } from "../scripts/compatibility/pairwise.ts";
import {
  collectRanges,
  type Manifest,
  middleOf,
  newestOf,
  oldestOf,
} from "../scripts/compatibility/ranges.ts";

const manifests: readonly Manifest[] = [
  { name: "@plinth/core", dependencies: { pino: "^10.0.0" }, peerDependencies: { zod: "^4.1.0" } },
  {
    name: "@plinth/data",
    dependencies: { "@plinth/core": "^0.0.0" },
    peerDependencies: { zod: "^4.2.0", firestore: "^8.0.0 || ^9.0.0", vitest: ">=4.1" },
  },
];
const ranges = collectRanges(manifests);

test("the ranges are those of the manifests, the narrowest where they differ", () => {
  expect(ranges).toEqual([
    { name: "firestore", range: "^8.0.0 || ^9.0.0", isBrought: false },
    { name: "pino", range: "^10.0.0", isBrought: true },
    { name: "vitest", range: ">=4.1", isBrought: false },
    { name: "zod", range: "^4.2.0", isBrought: false },
  ]);
});

test.each([
  ["^10.0.0", "10.0.0", undefined, "^10.0.0"],
  ["^8.0.0 || ^9.0.0", "8.0.0", "^8.0.0", "^9.0.0"],
  [">=4.1", "4.1.0", "^4.1.0", "latest"],
  [">=0.3.0 <1", "0.3.0", undefined, ">=0.3.0 <1"],
  ["4.0.0", "4.0.0", undefined, "4.0.0"],
])("%s begins at %s", (range, oldest, middle, newest) => {
  expect([oldestOf(range), middleOf(range), newestOf(range)]).toEqual([oldest, middle, newest]);
});

test("a range that does not say where it begins is refused", () => {
  expect(() => oldestOf("*")).toThrow('The range "*" does not say where it begins.');
});

test("a package of no group is tried as well", () => {
  const other = { name: "broker-client", range: "^2.3.0", isBrought: false };
  const [factor] = factorsOf([other]);
  expect(factor).toMatchObject({ name: "others", ranges: [other] });
  expect(versionAt(other, "oldest")).toBe("2.3.0");
});

test("every two values meet, but those that cannot", () => {
  const factors = { a: ["1", "2", "3"], b: ["1", "2", "3"], c: ["1", "2"], d: ["1", "2"] };
  const isPossible = (pair: Readonly<Record<string, string>>) =>
    !(pair["a"] === "1" && pair["b"] === "3");
  const made = pairwise(factors, [{ a: "1", b: "1", c: "1", d: "1" }], isPossible);
  expect(made.length).toBeLessThan(12);
  for (const { a, b } of made) expect(`${a}${b}`).not.toBe("13");
  const met = new Set(made.map(({ a, b }) => `${a}${b}`));
  expect([...met].toSorted()).toEqual(["12", "21", "22", "23", "31", "32", "33"]);
});

test("the newest vitest is tried with no Node that it does not run on", () => {
  const factors = factorsOf(ranges);
  const nodes = ["20.19.0", "22", "24"];
  for (const { levels, nodes: own } of [...allCells(factors, nodes), ...endCells(factors, nodes)]) {
    if (levels["vitest"] === "newest") expect(own).not.toContain("20.19.0");
  }
});

test("every check has a column", () => {
  expect([...shownChecks].toSorted()).toEqual([...knownChecks].toSorted());
});

test("a page made for other ranges is stale, however it is formatted", () => {
  const engines = "^20.19.0 || >=22.12.0";
  const padded = rangeTable(ranges, engines).map((line) => line.replaceAll(" | ", "   |   "));
  const page = `# Page\n\n${padded.join("\n")}\n\nEnd.\n`;
  expect(staleRanges(page, ranges, engines)).toEqual([]);
  const raised = ranges.map((each) => (each.name === "zod" ? { ...each, range: "^4.3.0" } : each));
  expect(staleRanges(page, raised, engines)).toEqual([
    "- | `zod` | `^4.2.0` | with the service |",
    "+ | `zod` | `^4.3.0` | with the service |",
  ]);
  expect(staleRanges("", ranges, engines)).toHaveLength(5);
});
