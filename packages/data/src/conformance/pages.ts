import { expect } from "vitest";
import type { DriverCollection } from "../driver/driver-collection.ts";
import type { StoredRecord } from "../driver/stored-record.ts";

// More than any case stores. Pages that lead in a circle fail a case, which would never end otherwise.
const maxRecords = 10_000;

/** All that an iteration yields; rejects when it does not end. */
export async function allOf<T>(found: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of found) {
    all.push(one);
    expect(all.length, "records of an iteration that should end").toBeLessThan(maxRecords);
  }
  return all;
}

/**
 * All records of a collection, page by page; rejects when the pages do not end.
 *
 * @param onPage is told of each page before the next one is read
 */
export async function scanAll(
  collection: DriverCollection,
  limit: number,
  onPage: (records: readonly StoredRecord[]) => Promise<void> = async () => undefined,
): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  let after: string | undefined;
  for (let pages = 1; pages === 1 || after !== undefined; pages += 1) {
    expect(pages, "pages of a scan that should end").toBeLessThan(1000);
    const page = await collection.scan?.({ after, limit }, {});
    if (page === undefined) throw new Error("The driver declares scan and has no such method.");
    expect(page.records.length).toBeLessThanOrEqual(limit);
    all.push(...page.records);
    await onPage(page.records);
    after = page.position;
  }
  return all;
}
