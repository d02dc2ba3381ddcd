import type { IndexRange } from "./index-query.ts";

/** Compares as every index does: by the bytes of UTF-8. Negative, zero or positive. */
export function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Whether no sort string can be in a range. Some engines reject a request for such a range. */
export function isEmptyRange({ from = "", to }: Pick<IndexRange, "from" | "to">): boolean {
  return to !== undefined && compareBytes(from, to) >= 0;
}
