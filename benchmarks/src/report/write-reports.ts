import type { PartReport } from "./part.ts";

/** Writes what was found. */
export async function writeReports(reports: ReadonlyMap<string, PartReport>): Promise<void> {
  void reports;
}
