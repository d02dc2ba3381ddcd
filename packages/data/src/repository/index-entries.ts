import type { FieldError, JsonObject } from "@plinth/core/errors";
import type { IndexEntry } from "../driver/stored-record.ts";
import type { IndexDefinition, RepositoryDefinition } from "./definition.ts";
import {
  encodeKeyOrder,
  encodePartition,
  encodeSort,
  type IndexValue,
  onlyPartition,
} from "./index-entry.ts";
import { limits } from "./limits.ts";

/** The places of a record in the indexes, or why it cannot have them. */
export interface IndexEntries {
  readonly entries: Readonly<Record<string, IndexEntry>>;
  readonly faults: readonly FieldError[];
  /** The size of the entries, in bytes of UTF-8. */
  readonly bytes: number;
}

/**
 * Makes the index entries of a record. It is in an index only if it has all fields of the index.
 *
 * @param key The names of the key fields.
 */
export function indexEntries(
  { indexes, key }: Pick<RepositoryDefinition, "indexes" | "key">,
  data: JsonObject,
): IndexEntries {
  const entries: Record<string, IndexEntry> = {};
  const faults = new Map<string, FieldError>();
  const check = (field: string | undefined): void => {
    const fault = field === undefined ? undefined : valueFault(field, valueOf(data, field));
    if (fault !== undefined) faults.set(fault.path, fault);
  };
  let bytes = 0;
  let order: string | undefined;
  for (const name of Object.keys(indexes)) {
    const { partition: partitionField, sort: sortField } = indexes[name] as IndexDefinition;
    check(partitionField);
    check(sortField);
    if (faults.size > 0) continue;
    const partition =
      partitionField === undefined
        ? onlyPartition
        : encoded(valueOf(data, partitionField), encodePartition);
    const sorted = sortField === undefined ? "" : encoded(valueOf(data, sortField), encodeSort);
    if (partition === undefined || sorted === undefined) continue;
    order ??= encodeKeyOrder(key.map((field) => data[field]));
    const entry = { partition, sort: sorted + order };
    const fault = sortFault(name, sortField, entry);
    if (fault !== undefined) faults.set(fault.path, fault);
    bytes += Buffer.byteLength(partition) + Buffer.byteLength(entry.sort) + name.length;
    entries[name] = entry;
  }
  return { entries, faults: [...faults.values()], bytes };
}

function valueOf(data: JsonObject, field: string): unknown {
  return Object.hasOwn(data, field) ? data[field] : undefined;
}

function encoded(value: unknown, encode: (value: IndexValue) => string): string | undefined {
  return value === undefined ? undefined : encode(value as IndexValue);
}

function valueFault(field: string, value: unknown): FieldError | undefined {
  if (value === undefined || typeof value === "number" || typeof value === "boolean") return;
  if (typeof value !== "string") {
    const message = "is indexed and must be a string, a number, a boolean or absent";
    return { path: field, code: "invalid_type", message };
  }
  const bytes = Buffer.byteLength(value);
  if (bytes <= limits.indexValueBytes) return;
  const message = `is indexed and takes ${bytes} of at most ${limits.indexValueBytes} bytes`;
  return { path: field, code: "too_big", message };
}

function sortFault(
  index: string,
  field: string | undefined,
  { sort }: IndexEntry,
): FieldError | undefined {
  const bytes = Buffer.byteLength(sort);
  if (bytes <= limits.indexSortBytes) return;
  const message = `takes, together with the key, ${bytes} of at most ${limits.indexSortBytes} bytes of a place in index "${index}"`;
  return { path: field ?? "", code: "too_big", message };
}
