import type { Query, QueryDocumentSnapshot } from "@google-cloud/firestore";
import type { IndexQuery, IndexRange } from "../driver/index-query.ts";
import { indexField } from "./document.ts";

/** Restricts a collection to a range of one of its indexes, in the given order. */
export function inRange(
  collection: Query,
  range: IndexRange,
  order: IndexQuery["order"] = "ascending",
): Query {
  const { index, partition, from, fromExclusive = false, to } = range;
  const sort = indexField(index, "sort");
  let query = collection.where(indexField(index, "partition"), "==", partition);
  if (from !== undefined) query = query.where(sort, fromExclusive ? ">" : ">=", from);
  if (to !== undefined) query = query.where(sort, "<", to);
  return query.orderBy(sort, order === "ascending" ? "asc" : "desc");
}

/** How many documents of a page have not expired. */
export function countLive(documents: readonly QueryDocumentSnapshot[], now: number): number {
  return documents.filter((document) => {
    const expiresAt = document.get("expiresAt") as { toMillis(): number } | null | undefined;
    return !expiresAt || expiresAt.toMillis() > now;
  }).length;
}
