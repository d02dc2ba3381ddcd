import type { IndexRange } from "../driver/index-query.ts";
import type { IndexEntry } from "../driver/stored-record.ts";

/** Compares two strings by the bytes of their UTF-8. */
export function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Whether an index entry, if there is one, is in a range. */
export function inRange(
  entry: IndexEntry | undefined,
  { partition, from, fromExclusive = false, to }: IndexRange,
): boolean {
  if (entry === undefined || entry.partition !== partition) return false;
  if (from !== undefined) {
    const order = compareBytes(entry.sort, from);
    if (order < 0 || (order === 0 && fromExclusive)) return false;
  }
  return to === undefined || compareBytes(entry.sort, to) < 0;
}
