import { existsSync } from "node:fs";
import type { ApiEntry } from "./api-entries.ts";
import { type ExtractedReport, extractReport } from "./extract-report.ts";

/** The report of an entry, and what has to change before it can be kept. */
export interface ApiReport {
  readonly entry: ApiEntry;
  readonly text: string;
  readonly faults: readonly string[];
}

/** Reasons why types that the API uses are not exported, by package and name. */
export type UnexportedTypes = Readonly<Record<string, Readonly<Record<string, string>>>>;

const advice = "export it, or say why not in scripts/api/unexported-types.ts";

/**
 * Writes the reports of entries. A type that the API uses is to be exported by the entry or by another
 * one of its package, or to have a reason; a reason that is not needed is a fault as well.
 */
export function apiReports(entries: readonly ApiEntry[], reasons: UnexportedTypes): ApiReport[] {
  const extracted = new Map<ApiEntry, ExtractedReport>();
  for (const entry of entries.filter(({ types }) => existsSync(types))) {
    extracted.set(entry, extractReport(entry, false));
  }
  const used = new Set<string>();

  function reportOf(entry: ApiEntry): ApiReport {
    const report = extracted.get(entry);
    if (report === undefined) {
      return { entry, text: "", faults: [`${entry.types} is missing: it was not built.`] };
    }
    const exporters = new Map(
      report.unexported.map((name) => [name, exporterOf(name, entry.packageName, extracted)]),
    );
    const hidden = report.unexported.filter((name) => exporters.get(name) === undefined);
    for (const name of hidden) used.add(`${entry.packageName} ${name}`);
    const reasonOf = (name: string) => reasons[entry.packageName]?.[name];
    const { text, faults } = hidden.length === 0 ? report : extractReport(entry, true);
    const notes = report.unexported.map((name) => {
      const exporter = exporters.get(name);
      return `- ${name}: ${exporter === undefined ? reasonOf(name) : `exported by ${exporter}`}\n`;
    });
    const heading = "\nUsed and not exported here:\n\n";
    return {
      entry,
      text: notes.length === 0 ? text : `${text}${heading}${notes.join("")}`,
      faults: [
        ...faults,
        ...hidden
          .filter((name) => reasonOf(name) === undefined)
          .map((name) => `${name} is used and not exported: ${advice}.`),
      ],
    };
  }

  const reports = entries.map(reportOf);
  return reports.map((report) => {
    const { packageName, specifier } = report.entry;
    if (specifier !== packageName) return report;
    const unneeded = Object.keys(reasons[packageName] ?? {})
      .filter((name) => !used.has(`${packageName} ${name}`))
      .map((name) => `${name} needs no reason in scripts/api/unexported-types.ts any more.`);
    return { ...report, faults: [...report.faults, ...unneeded] };
  });
}

/** The first entry of a package that exports a type. */
function exporterOf(
  name: string,
  packageName: string,
  extracted: ReadonlyMap<ApiEntry, ExtractedReport>,
): string | undefined {
  const exported = new RegExp(
    String.raw`^export (?:(?:declare|abstract) )*(?:class|interface|type|const|function) ${name}\b`,
    "m",
  );
  return [...extracted.keys()].find(
    (entry) => entry.packageName === packageName && exported.test(extracted.get(entry)?.text ?? ""),
  )?.specifier;
}
