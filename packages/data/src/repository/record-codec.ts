import { createSchemaCheck, type SchemaCheck } from "@plinth/core/transport";
import {
  type FieldError,
  InternalError,
  type JsonObject,
  type ServiceError,
  type ValidationFault,
  validationError,
} from "@plinth/core/errors";
import type { StoredRecord } from "../driver/stored-record.ts";
import { callError } from "./call-error.ts";
import type { RepositoryDefinition } from "./definition.ts";
import { expiryOf } from "./expiry.ts";
import { asGiven, type FieldForms, fieldForms } from "./field-forms.ts";
import { indexEntries } from "./index-entries.ts";
import { tooLarge, toJsonData } from "./json-data.ts";
import { limits } from "./limits.ts";
import { encodeKey, showKey } from "./record-key.ts";
import { outOfBounds } from "./out-of-bounds.ts";

/** A record to be stored, without its revision. */
export type EncodedRecord = Omit<StoredRecord, "revision" | "hint"> & {
  /** Its size, in bytes. */
  readonly bytes: number;
  /** Makes the record as readers get it: a new one per call. */
  readonly read: () => unknown;
};

/** Turns records of one repository into their stored form and back, and validates both ways. */
export class RecordCodec<T extends object, Key> {
  readonly #definition: RepositoryDefinition;
  readonly #check: SchemaCheck;
  readonly #forms: FieldForms;
  readonly #keyIsAsGiven: boolean;

  constructor(definition: RepositoryDefinition) {
    this.#definition = definition;
    this.#check = createSchemaCheck(definition.schema);
    this.#forms = fieldForms(definition);
    this.#keyIsAsGiven = definition.key.every((field) => this.#forms.get(field) === asGiven);
  }

  /** Encodes the key that a caller gave. Throws `invalid_argument`. */
  key(given: Key): string {
    const { key: fields } = this.#definition;
    const [field] = fields;
    const isBare = fields.length === 1 && (typeof given !== "object" || given === null);
    const values = isBare ? { [field as string]: given } : (given as object);
    return this.#encodeKey(this.#keyIsAsGiven ? values : this.#storedKey(values));
  }

  /**
   * Validates a record and turns it into stored form. Throws `invalid_argument`, also if the stored form
   * could not be read back: such a record would fail its reads and every page that it is on.
   */
  encode(record: T): EncodedRecord {
    const { expires, version } = this.#definition;
    const boundsFault = outOfBounds(record);
    if (boundsFault !== undefined) throw this.#refused([boundsFault]);
    const parsed = this.#safely(this.#check.encode, record);
    if (!parsed.success) throw this.#invalid(parsed.error, "record");
    const { data, bytes: dataBytes, faults } = toJsonData(parsed.data);
    if (faults !== undefined) throw this.#refused(faults);
    const key = this.#encodeKey(data);
    const {
      entries,
      bytes: indexBytes,
      faults: indexFaults,
    } = indexEntries(this.#definition, data);
    if (indexFaults.length > 0) throw this.#refused(indexFaults);
    const bytes = dataBytes + indexBytes;
    if (bytes > limits.recordBytes) throw this.#refused([tooLarge()]);
    const { expiresAt, fault } = expiryOf(expires, data);
    if (fault !== undefined) throw this.#refused([fault]);
    const read = this.#reader(record, key, data);
    return expiresAt === undefined
      ? { key, schemaVersion: version, data, indexes: entries, bytes, read }
      : { key, schemaVersion: version, data, expiresAt, indexes: entries, bytes, read };
  }

  /**
   * Turns stored data back into a record, and upgrades it to the schema's version first. Throws `data_loss`
   * if it does not match the schema, and `failed_precondition` if a newer version of the service wrote it.
   */
  decode(stored: Pick<StoredRecord, "key" | "data" | "schemaVersion">): T {
    const data =
      stored.schemaVersion === this.#definition.version ? stored.data : this.#upcast(stored);
    const parsed = this.#safely(this.#check.decode, data);
    if (parsed.success) return parsed.data as T;
    const paths = parsed.error.issues.map(({ path }) => path.join(".") || "(the whole record)");
    const fields = [...new Set(paths)].slice(0, 10);
    throw callError(
      "data_loss",
      this.#what(stored.key),
      `A stored record does not match its schema in ${fields.join(", ")}.`,
      {
        internalDetails: { issues: parsed.error.issues.map(({ path, code }) => ({ path, code })) },
      },
    );
  }

  /** Reads the stored form back: once for the check and for the first caller. */
  #reader(given: object, key: string, data: JsonObject): () => unknown {
    const parsed = this.#safely(this.#check.decode, data);
    if (!parsed.success) throw this.#invalid(parsed.error, "stored form of the record");
    for (const record of [given, parsed.data as object]) {
      for (const field of this.#forms.keys()) {
        if (!this.#isFound(field, record, data)) throw this.#refused([lost(field)]);
      }
    }
    let made = parsed.data;
    return () => {
      const mine = made ?? this.decode({ key, data, schemaVersion: this.#definition.version });
      made = undefined;
      return mine;
    };
  }

  /** The stored form of the values of a key. */
  #storedKey(values: object): object {
    const given = values as Readonly<Record<string, unknown>>;
    const stored: Record<string, unknown> = {};
    for (const field of this.#definition.key) {
      const value = Object.hasOwn(given, field) ? given[field] : undefined;
      const encoded = this.#forms.get(field)?.encode(value);
      if (encoded === undefined)
        throw this.#unusableKey(field, "is not a value that the field can have");
      stored[field] = encoded;
    }
    return stored;
  }

  /** Whether a lookup by the value of the field finds the stored data. */
  #isFound(field: string, record: object, data: JsonObject): boolean {
    const stored = Object.hasOwn(data, field) ? data[field] : undefined;
    const value = (record as Readonly<Record<string, unknown>>)[field];
    return value === stored || this.#forms.get(field)?.encode(value) === stored;
  }

  #upcast({
    key,
    data,
    schemaVersion,
  }: Pick<StoredRecord, "key" | "data" | "schemaVersion">): JsonObject {
    const { version, upcasters } = this.#definition;
    if (schemaVersion > version) {
      throw callError(
        "failed_precondition",
        this.#what(key),
        `The stored record was written under version ${schemaVersion} of its schema, and this service knows versions up to ${version}.`,
      );
    }
    let current = data;
    for (let from = schemaVersion; from < version; from += 1) {
      const upcaster = upcasters[from];
      if (upcaster === undefined) {
        throw callError(
          "data_loss",
          this.#what(key),
          `The stored record is of version ${schemaVersion} of its schema, and there is no upcaster from version ${from}.`,
        );
      }
      try {
        current = upcaster(current);
      } catch (error) {
        throw callError(
          "data_loss",
          this.#what(key),
          `The stored record cannot be brought up from version ${from} of its schema: the upcaster failed.`,
          { cause: error },
        );
      }
    }
    return current;
  }

  #what(key: string): string {
    return `${this.#title}: the stored record ${showKey(key)}`;
  }

  get #title(): string {
    return `Repository "${this.#definition.name}"`;
  }

  #invalid(fault: ValidationFault, what: string): ServiceError {
    const { code, message, details } = validationError(fault, what);
    return callError(code, this.#title, message, { details });
  }

  #encodeKey(values: object): string {
    const { key, fault } = encodeKey(
      this.#definition.key,
      values as Readonly<Record<string, unknown>>,
    );
    if (key !== undefined) return key;
    throw this.#unusableKey(fault.field, fault.message);
  }

  #unusableKey(path: string, message: string): ServiceError {
    return callError("invalid_argument", this.#title, `The key is not valid: ${path} ${message}.`, {
      details: { errors: [{ path, code: "invalid_key", message }] },
    });
  }

  #refused(faults: readonly FieldError[]): ServiceError {
    const lines = faults.map(({ path, message }) => `${path || "the record"} ${message}`);
    return callError(
      "invalid_argument",
      this.#title,
      `The record cannot be stored: ${lines.join("; ")}.`,
      { details: { errors: faults.map(({ path, code, message }) => ({ path, code, message })) } },
    );
  }

  // Zod throws on a schema that cannot be used at all.
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

/** The fault of a field whose lookup would not find the stored value. */
function lost(path: string): FieldError {
  const message =
    "is stored as another value than the one it is found by; use a codec of the field itself";
  return { path, code: "invalid_value", message };
}
