import { createSchemaCheck, type SchemaCheck } from "@plinth/core";
import {
  DataLossError,
  FailedPreconditionError,
  type FieldError,
  InternalError,
  InvalidArgumentError,
  type JsonObject,
  validationError,
} from "@plinth/core/errors";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { RepositoryDefinition } from "./definition.ts";
import { expiryOf } from "./expiry.ts";
import { indexEntries } from "./index-entries.ts";
import { tooLarge, toJsonData } from "./json-data.ts";
import { limits } from "./limits.ts";
import { encodeKey, showKey } from "./record-key.ts";

/** A record ready to be stored, but for its revision. */
export type EncodedRecord = Omit<StoredRecord, "revision" | "hint"> & {
  /** What it takes, in bytes. */
  readonly bytes: number;
};

/** Turns the records of one repository into what is stored, and back, checking both ways. */
export class RecordCodec<T extends object, Key> {
  readonly #definition: RepositoryDefinition;
  readonly #check: SchemaCheck;

  constructor(definition: RepositoryDefinition) {
    this.#definition = definition;
    this.#check = createSchemaCheck(definition.schema);
  }

  /** Encodes what a caller gave as a key. Throws `invalid_argument`. */
  key(given: Key): string {
    const { key: fields } = this.#definition;
    const [field] = fields;
    const isBare = fields.length === 1 && (typeof given !== "object" || given === null);
    return this.#encodeKey(isBare ? { [field as string]: given } : (given as object));
  }

  /** Validates a record and turns it into stored form. Throws `invalid_argument`. */
  encode(record: T): EncodedRecord {
    const { name, indexes, expires, version } = this.#definition;
    const parsed = this.#safely(this.#check.encode, record);
    if (!parsed.success) throw validationError(parsed.error, `record of repository "${name}"`);
    const { data, bytes: dataBytes, faults } = toJsonData(parsed.data);
    if (faults !== undefined) throw this.#refused(faults);
    const key = this.#encodeKey(data);
    const { entries, bytes: indexBytes, faults: indexFaults } = indexEntries(indexes, data, key);
    if (indexFaults.length > 0) throw this.#refused(indexFaults);
    const bytes = dataBytes + indexBytes;
    if (bytes > limits.recordBytes) throw this.#refused([tooLarge(bytes)]);
    const { expiresAt, fault } = expiryOf(expires, data);
    if (fault !== undefined) throw this.#refused([fault]);
    return expiresAt === undefined
      ? { key, schemaVersion: version, data, indexes: entries, bytes }
      : { key, schemaVersion: version, data, expiresAt, indexes: entries, bytes };
  }

  /**
   * Turns stored data back into a record, bringing it up to the schema's version first. Throws
   * `data_loss` when it does not match the schema, and `failed_precondition` when a newer version of
   * the service wrote it.
   */
  decode(stored: Pick<StoredRecord, "key" | "data" | "schemaVersion">): T {
    const data =
      stored.schemaVersion === this.#definition.version ? stored.data : this.#upcast(stored);
    const parsed = this.#safely(this.#check.decode, data);
    if (parsed.success) return parsed.data as T;
    const paths = parsed.error.issues.map(({ path }) => path.join(".") || "(the whole record)");
    const fields = [...new Set(paths)].slice(0, 10);
    throw new DataLossError(
      `${this.#what(stored.key)} does not match its schema in ${fields.join(", ")}.`,
      {
        internalDetails: { issues: parsed.error.issues.map(({ path, code }) => ({ path, code })) },
      },
    );
  }

  #upcast({
    key,
    data,
    schemaVersion,
  }: Pick<StoredRecord, "key" | "data" | "schemaVersion">): JsonObject {
    const { version, upcasters } = this.#definition;
    if (schemaVersion > version) {
      throw new FailedPreconditionError(
        `${this.#what(key)} was written under version ${schemaVersion} of its schema, and this service knows versions up to ${version}.`,
      );
    }
    let current = data;
    for (let from = schemaVersion; from < version; from += 1) {
      const upcaster = upcasters[from];
      if (upcaster === undefined) {
        throw new DataLossError(
          `${this.#what(key)} is of version ${schemaVersion} of its schema, and there is no upcaster from version ${from}.`,
        );
      }
      try {
        current = upcaster(current);
      } catch (error) {
        throw new DataLossError(
          `${this.#what(key)} cannot be brought up from version ${from} of its schema: the upcaster failed.`,
          { cause: error },
        );
      }
    }
    return current;
  }

  #what(key: string): string {
    return `Repository "${this.#definition.name}": the stored record ${showKey(key)}`;
  }

  #encodeKey(values: object): string {
    const { key, fault } = encodeKey(
      this.#definition.key,
      values as Readonly<Record<string, unknown>>,
    );
    if (key !== undefined) return key;
    throw new InvalidArgumentError(
      `Repository "${this.#definition.name}" cannot use the key: ${fault.field} ${fault.message}.`,
      { details: { errors: [{ path: fault.field, code: "invalid_key", message: fault.message }] } },
    );
  }

  #refused(faults: readonly FieldError[]): InvalidArgumentError {
    const lines = faults.map(({ path, message }) => `${path || "the record"} ${message}`);
    return new InvalidArgumentError(
      `Repository "${this.#definition.name}" cannot store the record: ${lines.join("; ")}.`,
      { details: { errors: faults.map(({ path, code, message }) => ({ path, code, message })) } },
    );
  }

  // A schema that is not usable at all makes zod throw instead of answering.
  #safely(check: SchemaCheck["decode"], value: unknown): ReturnType<SchemaCheck["decode"]> {
    try {
      return check(value);
    } catch (error) {
      throw new InternalError(
        `The schema of repository "${this.#definition.name}" cannot be used: it must be synchronous, and go both ways (z.codec in place of transform).`,
        { cause: error },
      );
    }
  }
}
