import { InvalidArgumentError } from "@plinth/core/errors";
import type { IndexRange } from "../driver/index-query.ts";
import type { RepositoryDefinition } from "./definition.ts";
import {
  beginString,
  behind,
  encodePartition,
  encodeSort,
  type IndexValue,
  kindOf,
  onlyPartition,
} from "./index-entry.ts";
import { limits } from "./limits.ts";
import type { AnyQuery, SortRange } from "./query.ts";

const rangeFields = ["from", "after", "to", "before", "prefix"] as const;

/**
 * Turns what a caller asks of an index into strings that drivers compare.
 *
 * Throws `invalid_argument` when the index is not declared, or a value does not fit it.
 *
 * @param what begins the message: `Repository "things", query`
 */
export function toIndexRange(
  { indexes }: RepositoryDefinition,
  query: AnyQuery,
  what: string,
): IndexRange {
  const refuse: Refuse = (field, reason) => {
    throw new InvalidArgumentError(`${what}: ${field} ${reason}.`, {
      details: { errors: [{ path: field, code: "invalid_value", message: reason }] },
    });
  };
  // What is asked of an index can come from outside as JSON, where types promise nothing.
  const { index, partition } = (query ?? {}) as Partial<AnyQuery>;
  if (typeof index !== "string") return refuse("index", "must be the name of an index");
  const declared = Object.hasOwn(indexes, index) ? indexes[index] : undefined;
  if (declared === undefined) {
    const names = Object.keys(indexes).map((name) => `"${name}"`);
    const choice = names.length === 0 ? "none is declared" : `declared are ${names.join(", ")}`;
    return refuse("index", `"${index}" is not declared; ${choice}`);
  }
  return {
    index,
    partition: toPartition(declared.partition, partition, refuse),
    ...toRange(declared.sort, query, refuse),
  };
}

type Refuse = (field: string, reason: string) => never;
type Range = Pick<IndexRange, "from" | "to">;

function toPartition(field: string | undefined, value: unknown, refuse: Refuse): string {
  if (field === undefined) {
    if (value !== undefined) refuse("partition", "is given, and the index has none");
    return onlyPartition;
  }
  const partition = encodePartition(checked("partition", value, refuse));
  if (Buffer.byteLength(partition) > limits.indexValueBytes + 1) {
    refuse("partition", `is longer than ${limits.indexValueBytes} bytes`);
  }
  return partition;
}

function toRange(field: string | undefined, query: AnyQuery, refuse: Refuse): Range {
  const given = rangeFields.filter((name) => query[name] !== undefined);
  const [first] = given;
  if (first === undefined) return {};
  if (field === undefined) refuse(first, "is given, and the index has no field to sort by");
  const values = given.map((name) => checked(name, query[name], refuse));
  const kinds = new Set(values.map(kindOf));
  if (kinds.size > 1) refuse(given.join(", "), "are of different kinds");
  if (query.prefix !== undefined) {
    if (given.length > 1) refuse("prefix", "cannot be combined with another bound");
    if (typeof query.prefix !== "string") return refuse("prefix", "must be a string");
    const start = beginString(query.prefix);
    return { from: start, to: behind(start) };
  }
  const [kind = "s"] = kinds;
  const { from, after, to, before } = query as SortRange<IndexValue>;
  if (from !== undefined && after !== undefined) refuse("after", "cannot be combined with from");
  if (to !== undefined && before !== undefined) refuse("before", "cannot be combined with to");
  let lower: string = kind;
  if (from !== undefined) lower = encodeSort(from);
  if (after !== undefined) lower = behind(encodeSort(after));
  let upper = behind(kind);
  if (to !== undefined) upper = behind(encodeSort(to));
  if (before !== undefined) upper = encodeSort(before);
  return { from: lower, to: upper };
}

function checked(field: string, value: unknown, refuse: Refuse): IndexValue {
  if (typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value !== "string") {
    return refuse(field, "must be a string, a finite number or a boolean");
  }
  if (!value.isWellFormed() || value.includes("\0")) {
    return refuse(field, "must be well-formed Unicode without NUL");
  }
  if (Buffer.byteLength(value) > limits.indexValueBytes) {
    return refuse(field, `is longer than ${limits.indexValueBytes} bytes`);
  }
  return value;
}
