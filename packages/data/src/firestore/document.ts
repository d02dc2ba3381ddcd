import { DataLossError, type JsonObject } from "@plinth/core/errors";
import type { IndexEntry, StoredRecord } from "../driver/stored-record.ts";
import { unwrapObject, wrapObject } from "./nested-arrays.ts";

/**
 * A document with the values of the client. The record is one map: a conditional write replaces a field of a
 * document, but would merge the document itself. For the same reason, every field is always set.
 */
export interface StoredDocument {
  readonly key: string;
  readonly revision: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  /** A timestamp, as the time-to-live policy needs it. */
  readonly expiresAt: Date | null;
  readonly indexes: Readonly<Record<string, IndexEntry>>;
}

/** What a write needs to know from the read that it is based on. */
export interface DocumentHint<Time> {
  readonly updateTime: Time;
  readonly expiresAt: number | undefined;
}

/** The field of a document with a part of an index entry. */
export function indexField(index: string, part: keyof IndexEntry): string {
  return `indexes.${index}.${part}`;
}

/** Turns a record into a document. */
export function toDocument(record: StoredRecord): StoredDocument {
  const { key, revision, schemaVersion, data, expiresAt, indexes } = record;
  return {
    key,
    revision,
    schemaVersion,
    data: wrapObject(data),
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
    // Only these two: other properties of the entries are not stored.
    indexes: mapValues(indexes, ({ partition, sort }) => ({ partition, sort })),
  };
}

/**
 * Turns a document that was just read into a record, which takes over its values. Throws `data_loss` if a
 * repository did not write the document.
 *
 * @param updateTime For the hint, see `StoredRecord`. Absent: no hint.
 */
export function fromDocument(
  document: Readonly<Record<string, unknown>>,
  updateTime: unknown,
): StoredRecord {
  const { key, revision, schemaVersion, data, indexes } = document;
  if (
    typeof key !== "string" ||
    typeof revision !== "string" ||
    typeof schemaVersion !== "number" ||
    typeof data !== "object" ||
    data === null
  ) {
    throw new DataLossError(
      "A document lacks key, revision, schemaVersion or data: it was not written by a repository.",
    );
  }
  const expiresAt = toMilliseconds(document["expiresAt"]);
  const record = {
    key,
    revision,
    schemaVersion,
    data: unwrapObject(data as JsonObject),
    indexes: (indexes ?? {}) as Record<string, IndexEntry>,
    hint: updateTime === undefined ? undefined : { updateTime, expiresAt },
  };
  return expiresAt === undefined ? record : { expiresAt, ...record };
}

function toMilliseconds(value: unknown): number | undefined {
  const timestamp = value as { toMillis?: () => number } | null | undefined;
  if (value instanceof Date) return value.getTime();
  return timestamp?.toMillis?.();
}

function mapValues<V, R>(
  values: Readonly<Record<string, V>>,
  map: (value: V) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
