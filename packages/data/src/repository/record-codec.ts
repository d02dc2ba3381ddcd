import {
  DataLossError,
  type FieldError,
  InternalError,
  InvalidArgumentError,
  type JsonObject,
  validationError,
} from "@plinth/core/errors";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { RepositoryDefinition } from "./definition.ts";
import { toJsonData } from "./json-data.ts";
import { limits } from "./limits.ts";
import { encodeKey, showKey } from "./record-key.ts";

/** A record ready to be stored. */
export interface EncodedRecord {
  readonly key: string;
  readonly data: JsonObject;
}

/** Turns the records of one repository into what is stored, and back, checking both ways. */
export class RecordCodec<T extends object, Key> {
  readonly #definition: RepositoryDefinition;
  readonly #indexed: readonly string[];

  constructor(definition: RepositoryDefinition) {
    this.#definition = definition;
    const indexed = Object.values(definition.indexes).flatMap(({ partition, sort }) =>
      sort === undefined ? [partition] : [partition, sort],
    );
    this.#indexed = [...new Set(indexed)];
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
    const parsed = this.#safely(() => this.#definition.schema.safeEncode(record));
    if (!parsed.success) {
      throw validationError(parsed.error, `record of repository "${this.#definition.name}"`);
    }
    const { data, faults } = toJsonData(parsed.data);
    if (faults !== undefined) throw this.#refused(faults);
    const key = this.#encodeKey(data);
    const indexFaults = this.#indexed.flatMap((field) => indexFault(field, data[field]));
    if (indexFaults.length > 0) throw this.#refused(indexFaults);
    return { key, data };
  }

  /** Turns stored data back into a record. Throws `data_loss` when it does not match the schema. */
  decode({ key, data }: Pick<StoredRecord, "key" | "data">): T {
    const parsed = this.#safely(() => this.#definition.schema.safeDecode(data));
    if (parsed.success) return parsed.data as T;
    const paths = parsed.error.issues.map(({ path }) => path.join(".") || "(the whole record)");
    const fields = [...new Set(paths)].slice(0, 10);
    throw new DataLossError(
      `Repository "${this.#definition.name}": the stored record ${showKey(key)} does not match its schema in ${fields.join(", ")}.`,
      {
        internalDetails: { issues: parsed.error.issues.map(({ path, code }) => ({ path, code })) },
      },
    );
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
  #safely<R>(parse: () => R): R {
    try {
      return parse();
    } catch (error) {
      throw new InternalError(
        `The schema of repository "${this.#definition.name}" cannot be used: it must be synchronous, and go both ways (z.codec in place of transform).`,
        { cause: error },
      );
    }
  }
}

function indexFault(field: string, value: unknown): readonly FieldError[] {
  if (value === undefined || typeof value === "number") return [];
  const refused = (code: string, message: string): FieldError[] => [{ path: field, code, message }];
  if (typeof value !== "string") {
    return refused("invalid_type", "is indexed and must be a string, a number or absent");
  }
  if (value === "") return refused("too_small", "is indexed and must not be empty");
  const bytes = Buffer.byteLength(value);
  return bytes > limits.indexValueBytes
    ? refused("too_big", `is indexed and takes ${bytes} of at most ${limits.indexValueBytes} bytes`)
    : [];
}
