import type { IndexRange } from "../driver/index-query.ts";
import { callError } from "./call-error.ts";
import type { RepositoryDefinition } from "./definition.ts";
import { type FieldForm, fieldForms } from "./field-forms.ts";
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
import type { AnyQuery } from "./query.ts";

const rangeFields = ["from", "after", "to", "before", "prefix"] as const;

/**
 * Turns a query into a range of strings, which drivers compare.
 *
 * Throws `invalid_argument` if the index is not declared, or a value does not fit it.
 *
 * @param what What was called, for the log: `Repository "things", query`.
 */
export function toIndexRange(
  definition: RepositoryDefinition,
  query: AnyQuery,
  what: string,
): IndexRange {
  const { indexes } = definition;
  const refuse: Refuse = (field, reason) => {
    throw callError("invalid_argument", what, `The query is not valid: ${field} ${reason}.`, {
      details: { errors: [{ path: field, code: "invalid_value", message: reason }] },
    });
  };
  // A query can come from outside as JSON, where types promise nothing.
  const { index, partition } = (query ?? {}) as Partial<AnyQuery>;
  if (typeof index !== "string") return refuse("index", "must be the name of an index");
  const declared = Object.hasOwn(indexes, index) ? indexes[index] : undefined;
  if (declared === undefined) {
    const names = Object.keys(indexes).map((name) => `"${name}"`);
    const choice = names.length === 0 ? "none is declared" : `declared are ${names.join(", ")}`;
    return refuse("index", `"${index}" is not declared; ${choice}`);
  }
  const forms = fieldForms(definition);
  const formOf = (field: string | undefined): FieldForm | undefined =>
    field === undefined ? undefined : forms.get(field);
  return {
    index,
    partition: toPartition(formOf(declared.partition), partition, refuse),
    ...toRange(formOf(declared.sort), query, refuse),
  };
}

type Refuse = (field: string, reason: string) => never;
type Range = Pick<IndexRange, "from" | "to">;

function toPartition(form: FieldForm | undefined, value: unknown, refuse: Refuse): string {
  if (form === undefined) {
    if (value !== undefined) refuse("partition", "is given, and the index has none");
    return onlyPartition;
  }
  const stored = form.encode(value);
  if (stored === undefined && value !== undefined) {
    refuse("partition", "is not a value that the field can have");
  }
  const partition = encodePartition(checked("partition", stored, refuse));
  if (Buffer.byteLength(partition) > limits.indexValueBytes + 1) {
    refuse("partition", `is longer than ${limits.indexValueBytes} bytes`);
  }
  return partition;
}

function toRange(form: FieldForm | undefined, query: AnyQuery, refuse: Refuse): Range {
  const given = rangeFields.filter((name) => query[name] !== undefined);
  const [first] = given;
  if (first === undefined) return {};
  if (form === undefined) return refuse(first, "is given, and the index has no field to sort by");
  const bound = (name: (typeof rangeFields)[number]): IndexValue | undefined =>
    query[name] === undefined ? undefined : checked(name, form.bound(query[name]), refuse);
  if (query.prefix !== undefined) {
    if (given.length > 1) refuse("prefix", "cannot be combined with another bound");
    if (typeof query.prefix !== "string") return refuse("prefix", "must be a string");
    const start = beginString(form.prefix(checkedText("prefix", query.prefix, refuse)));
    return { from: start, to: behind(start) };
  }
  const [from, after, to, before] = [bound("from"), bound("after"), bound("to"), bound("before")];
  const values = [from, after, to, before].filter((value) => value !== undefined);
  const [kind = "s", ...otherKinds] = new Set(values.map(kindOf));
  if (otherKinds.length > 0) refuse(given.join(", "), "are of different kinds");
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
  if (typeof value === "string") return checkedText(field, value, refuse);
  return refuse(field, "must be a string, a finite number or a boolean");
}

function checkedText(field: string, value: string, refuse: Refuse): string {
  if (!value.isWellFormed() || value.includes("\0")) {
    return refuse(field, "must be well-formed Unicode without NUL");
  }
  if (Buffer.byteLength(value) > limits.indexValueBytes) {
    return refuse(field, `is longer than ${limits.indexValueBytes} bytes`);
  }
  return value;
}
