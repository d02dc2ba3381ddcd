import { definitionOf, isRecursive, someSchema } from "@plinth/support/schema-reader";
import type { $ZodType } from "zod/v4/core";
import { InternalError, InvalidArgumentError } from "../errors/canonical-errors.ts";
import { validationError, type ValidationFault } from "../errors/validation-error.ts";
import { schemaType } from "../schema/schema-shape.ts";
import { createSchemaCheck } from "../validation/schema-check.ts";
import type { MethodDescription } from "./contract-description.ts";
import { inputFault, isTooDeep } from "./input-fault.ts";

/**
 * The checks and copies between caller and implementation. "Wire" is the form that JSON carries: for most
 * schemas the form that code sees, for a codec its outer side.
 */
export interface MethodCodec {
  /** From the wire to the implementation. @throws InvalidArgumentError that names each bad field. */
  decodeInput(value: unknown): unknown;
  /** Copies a caller's input. @throws InvalidArgumentError for values that JSON cannot carry. */
  copyInput(value: unknown): unknown;
  /** From the implementation to the wire; removes unknown fields. @throws InternalError for a wrong output. */
  encodeOutput(value: unknown): unknown;
  /** From the wire to the caller; shares nothing with the implementation. */
  decodeOutput(value: unknown): unknown;
  /** As `decodeOutput`, for an output from another process: checks it and removes unknown fields. */
  readOutput(value: unknown): unknown;
}

// These return the value itself, or one that user code makes of it; all others build a new value.
const sharingTypes: ReadonlySet<string> = new Set(["any", "unknown", "custom", "transform"]);

/** Whether a parsed value may hold parts of the value it was parsed from. */
function mayShare(schema: $ZodType): boolean {
  return someSchema(schema, (inner) => sharingTypes.has(schemaType(inner)));
}

/** Whether callers choose names of fields themselves, or a field is called "constructor". */
function hasFreeKeys(schema: $ZodType): boolean {
  return someSchema(schema, (inner) => {
    const definition = definitionOf(inner);
    if (definition.type !== "object") return definition.type === "record";
    const { catchall, shape } = definition;
    if (catchall !== undefined && schemaType(catchall) !== "never") return true;
    return Object.hasOwn(shape, "constructor");
  });
}

function jsonCopy(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** The error for a wrong output. It names the fields, for the log, without their values. */
function outputError(what: string, fault: ValidationFault): InternalError {
  const { details } = validationError(fault, what);
  return new InternalError(`The ${what} does not match its contract.`, {
    internalDetails: { ...details },
  });
}

function refuseInput(what: string, fault: string | undefined): void {
  if (fault !== undefined) throw new InvalidArgumentError(`The ${what} ${fault}.`);
}

function deepOutput(what: string): InternalError {
  return new InternalError(`The ${what} is nested too deeply, or leads back to itself.`);
}

/** A recursive schema follows its value to any depth, and may overflow the stack. */
function unlessDeep<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof RangeError ? deepOutput(what) : error;
  }
}

/**
 * Prepares the checks and copies of a method.
 *
 * @param service The service's name, for messages.
 */
export function createMethodCodec(service: string, method: MethodDescription): MethodCodec {
  const inputName = `input of ${service}.${method.name}`;
  const outputName = `output of ${service}.${method.name}`;
  const copiesInput = mayShare(method.input);
  const copiesOutput = mayShare(method.output);
  const limitsInput = copiesInput || isRecursive(method.input) || hasFreeKeys(method.input);
  const limitsOutput = copiesOutput || isRecursive(method.output);
  const input = createSchemaCheck(method.input);
  const output = createSchemaCheck(method.output);

  return {
    decodeInput(value) {
      if (limitsInput) refuseInput(inputName, inputFault(value));
      const result = input.decode(value);
      if (!result.success) throw validationError(result.error, inputName);
      return result.data;
    },
    copyInput(value) {
      if (!copiesInput) return value;
      if (isTooDeep(value)) refuseInput(inputName, "is nested too deeply");
      try {
        return jsonCopy(value);
      } catch (error) {
        throw new InvalidArgumentError(`The ${inputName} holds what JSON cannot carry.`, {
          cause: error,
        });
      }
    },
    encodeOutput(value) {
      const result = unlessDeep(outputName, () => output.encode(value));
      if (!result.success) throw outputError(outputName, result.error);
      // The result, as undeclared fields have been removed from it, however deep they were.
      if (limitsOutput && isTooDeep(result.data)) throw deepOutput(outputName);
      return copiesOutput ? jsonCopy(result.data) : result.data;
    },
    decodeOutput(value) {
      return output.differs ? this.readOutput(value) : value;
    },
    readOutput(value) {
      if (limitsOutput && isTooDeep(value)) throw deepOutput(outputName);
      const result = output.decode(value);
      if (!result.success) throw outputError(outputName, result.error);
      return result.data;
    },
  };
}
