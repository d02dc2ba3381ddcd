import { DataLossError, type JsonObject } from "@plinth/core/errors";
import type { IndexEntry, StoredRecord } from "../driver/stored-record.ts";
import { unwrapObject, wrapObject } from "./nested-arrays.ts";

/**
 * A document as the client takes and gives it. The record is one map: a conditional write replaces a
 * field of a document, while it would only merge the document as a whole. Every field is always there
 * for the same reason.
 */
export interface StoredDocument {
  readonly key: string;
  readonly revision: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  /** For the time-to-live policy as well, which looks at timestamps alone. */
  readonly expiresAt: Date | null;
  readonly indexes: Readonly<Record<string, IndexEntry>>;
}

/** What a read tells about a document for a write that is based on it. */
export interface DocumentHint<Time> {
  readonly updateTime: Time;
  readonly expiresAt: number | undefined;
}

/** The field of a document that an entry of an index is kept in. */
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
    // Indexes go by digits and letters: what else is in the entries stays out.
    indexes: mapValues(indexes, ({ partition, sort }) => ({ partition, sort })),
  };
}

/**
 * Turns a document that was just read back into a record, which takes over its values. Throws `data_loss` when the document was not written by us.
 *
 * @param updateTime goes into the hint, see `StoredRecord`. Absent: there is none
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
