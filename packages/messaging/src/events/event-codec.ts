import { validationError } from "@plinth/core";
import { createSchemaCheck, type SchemaCheck, strictInput } from "@plinth/core/transport";
import {
  DataLossError,
  FailedPreconditionError,
  type FieldError,
  InvalidArgumentError,
  type JsonObject,
} from "@plinth/core/errors";
import type { EventDefinition } from "./event-definition.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { EventWire } from "./event-wire.ts";
import { findUnsafe } from "./find-unsafe.ts";
import { toWireData } from "./to-wire-data.ts";

/** The maximum size of a key in bytes. */
const maxKeyLength = 256;

/** Encodes the data of one event class as JSON and decodes them, with checks both ways. */
export class EventCodec {
  readonly #definition: EventDefinition;
  #writing: SchemaCheck | undefined;
  #reading: SchemaCheck | undefined;

  constructor(definition: EventDefinition) {
    this.#definition = definition;
  }

  /** Encodes the data of a publisher as frozen JSON. Throws `invalid_argument` if they do not fit. */
  encode(data: object): EventWire {
    const definition = this.#definition;
    const { name, schema, key: field } = definition;
    this.#writing ??= createSchemaCheck(strictInput(schema));
    const { encode } = this.#writing;
    this.#checkSafe(data);
    const parsed = this.#safely(() => encode(data));
    if (!parsed.success) throw validationError(parsed.error, `event "${name}"`);
    // Again if a codec has changed it.
    if (parsed.data !== data && this.#writing.differs) this.#checkSafe(parsed.data);
    const wire = toWireData(parsed.data as object);
    if ("faults" in wire) throw this.#invalid(wire.faults);
    const key = field === undefined ? undefined : wire.data[field];
    if (field === undefined) return { definition, data: wire.data, key: undefined };
    if (typeof key === "string" && key !== "" && Buffer.byteLength(key) <= maxKeyLength) {
      return { definition, data: wire.data, key };
    }
    const message = `must be text of 1 to ${maxKeyLength} bytes: it is the event's key`;
    throw this.#invalid([{ path: field, code: "invalid_key", message }]);
  }

  /**
   * The same as `read`, for the result of `encode`. If the schema has no codecs, that result is the data:
   * checked, copied and frozen.
   */
  readOwn(data: JsonObject): object {
    return this.#writing?.differs === false ? data : this.read(data);
  }

  /**
   * Decodes JSON of the current version into frozen data. Throws `data_loss` if it does not fit the
   * schema.
   */
  read(data: JsonObject): object {
    const { name, schema } = this.#definition;
    this.#reading ??= createSchemaCheck(schema);
    const { decode } = this.#reading;
    const parsed = this.#safely(() => decode(data));
    if (parsed.success) return deepFreeze(parsed.data as object);
    const { details, message } = validationError(parsed.error, `event "${name}"`);
    throw new DataLossError(message, { details });
  }

  /** The error for data of a newer version than this declaration's; `undefined` if the version is not newer. */
  newerThanKnown(dataVersion: number): FailedPreconditionError | undefined {
    const { name, version } = this.#definition;
    if (dataVersion <= version) return undefined;
    return new FailedPreconditionError(
      `The event "${name}" is of version ${dataVersion}, and this service knows versions up to ${version}.`,
    );
  }

  /**
   * Decodes JSON of any version into frozen data. Throws `failed_precondition` if the version is newer
   * than the declaration or an upcaster is missing, and `data_loss` if the result does not fit.
   */
  decode(data: JsonObject, dataVersion: number): object {
    const { name, version, upcasters } = this.#definition;
    const newer = this.newerThanKnown(dataVersion);
    if (newer !== undefined) throw newer;
    let current = data;
    for (let from = dataVersion; from < version; from += 1) {
      const upcaster = upcasters[from];
      if (upcaster === undefined) {
        throw new FailedPreconditionError(
          `The event "${name}" is of version ${dataVersion}, and there is no upcaster from version ${from}.`,
        );
      }
      try {
        current = upcaster(current);
      } catch (error) {
        throw new DataLossError(
          `The event "${name}" cannot be brought up from version ${from}: the upcaster failed.`,
          { cause: error },
        );
      }
    }
    return this.read(current);
  }

  /** Before the schema: a schema that accepts any value recurses through all of it. */
  #checkSafe(data: unknown): void {
    const fault = this.#safely(() => findUnsafe(data));
    if (fault !== undefined) throw this.#invalid([fault]);
  }

  #invalid(faults: readonly FieldError[]): InvalidArgumentError {
    const lines = faults.map(({ path, message }) => `${path || "the data"} ${message}`);
    return new InvalidArgumentError(
      `The event "${this.#definition.name}" is not valid: ${lines.join("; ")}.`,
      { details: { errors: faults.map((fault) => ({ ...fault })) } },
    );
  }

  // With a broken schema zod throws.
  #safely<R>(parse: () => R): R {
    try {
      return parse();
    } catch (error) {
      throw new InvalidArgumentError(
        `The schema of event "${this.#definition.name}" cannot be used: it must be synchronous, and go both ways (z.codec in place of transform).`,
        { cause: error },
      );
    }
  }
}
