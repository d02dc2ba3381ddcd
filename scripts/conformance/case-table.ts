/** A test as vitest's json reporter tells of it. */
export interface ReportedTest {
  /** Titles of the blocks around the test, from outside. */
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}

/** What became of a case on one engine; absent: it was not even declared there. */
export type CaseStatus = "passed" | "failed" | "skipped";

/** Every case of the suite, and what became of it on every engine. */
export interface CaseTable {
  /** The engines, as the drivers' test files name them. */
  readonly engines: readonly string[];
  /** By group and title of the case, then by engine. */
  readonly cases: ReadonlyMap<string, ReadonlyMap<string, CaseStatus>>;
}

const driverTitle = / driver$/;

/** Sorts the tests of all conformance runs by case. Tests outside of the suite are left out. */
export function caseTable(tests: readonly ReportedTest[]): CaseTable {
  const engines: string[] = [];
  const cases = new Map<string, Map<string, CaseStatus>>();
  for (const { ancestorTitles, title, status } of tests) {
    const at = ancestorTitles.findIndex((ancestor) => driverTitle.test(ancestor));
    const engine = ancestorTitles[at]?.replace(driverTitle, "");
    if (engine === undefined) continue;
    if (!engines.includes(engine)) engines.push(engine);
    const name = [...ancestorTitles.slice(at + 1), title].join(" > ");
    const row = cases.get(name) ?? new Map<string, CaseStatus>();
    row.set(engine, status === "passed" || status === "failed" ? status : "skipped");
    cases.set(name, row);
  }
  return { engines, cases };
}

const marks: Readonly<Record<CaseStatus, string>> = {
  passed: "ok",
  failed: "FAIL",
  skipped: "skip",
};

/** The table as lines: the engines above, a case each below. */
export function renderCaseTable({ engines, cases }: CaseTable): string[] {
  const names = engines.map((engine, column) => `${column + 1} = ${engine}`);
  const header = [
    "case".padEnd(70),
    ...engines.map((_engine, column) => String(column + 1).padEnd(4)),
  ];
  const rows = [...cases].map(([name, row]) => {
    const cells = engines.map((engine) => {
      const status = row.get(engine);
      return (status === undefined ? "-" : marks[status]).padEnd(4);
    });
    return [name.padEnd(70), ...cells].join(" ").trimEnd();
  });
  return [...names, "", header.join(" ").trimEnd(), ...rows];
}

/**
 * Cases whose absence no failure would show.
 *
 * @returns one sentence for each case that passed on no engine, or that an engine which ran the
 *   group's other cases knows nothing of
 */
export function silentGaps({ engines, cases }: CaseTable): string[] {
  const complete = engines.filter((engine) => hasAllGroups(engine, cases));
  return [...cases].flatMap(([name, row]) => {
    const statuses = new Set(row.values());
    if (!statuses.has("passed") && !statuses.has("failed")) {
      return [`No engine ran: ${name}`];
    }
    const missing = complete.filter((engine) => !row.has(engine));
    return missing.map((engine) => `${engine} does not have the case: ${name}`);
  });
}

/** Whether an engine runs the suite as a whole, and not some groups of it only. */
function hasAllGroups(engine: string, cases: CaseTable["cases"]): boolean {
  const groupOf = (name: string): string => name.split(" > ", 1)[0] ?? "";
  const all = new Set([...cases.keys()].map(groupOf));
  const own = [...cases].filter(([, row]) => row.has(engine)).map(([name]) => groupOf(name));
  return new Set(own).size === all.size;
}
