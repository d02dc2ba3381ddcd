import { definitionOf, isRecursive, someSchema } from "@plinth/support/schema-reader";
import type { $ZodType } from "zod/v4/core";
import { InternalError, InvalidArgumentError } from "../errors/canonical-errors.ts";
import { validationError, type ValidationFault } from "../errors/validation-error.ts";
import { schemaType } from "../schema/schema-shape.ts";
import { createSchemaCheck } from "../validation/schema-check.ts";
import type { MethodDescription } from "./contract-description.ts";
import { inputFault, isTooDeep } from "./input-fault.ts";

/**
 * The four ways across the border between caller and implementation. "Wire" is what JSON carries:
 * for most schemas the same as what code sees, for a codec its outer side.
 */
export interface MethodCodec {
  /** Wire to what the implementation takes. @throws InvalidArgumentError naming each bad field */
  decodeInput(value: unknown): unknown;
  /** A caller's input as a value of its own. @throws InvalidArgumentError for what JSON refuses */
  copyInput(value: unknown): unknown;
  /** What the implementation gave to wire, unknown fields removed. @throws InternalError */
  encodeOutput(value: unknown): unknown;
  /** Wire to what the caller sees; nothing in it is shared with the implementation. */
  decodeOutput(value: unknown): unknown;
  /** As `decodeOutput`, for what came from afar: checked, unknown fields removed. */
  readOutput(value: unknown): unknown;
}

// These hand on what they are given, or what user code makes of it; all others build anew.
const sharingTypes: ReadonlySet<string> = new Set(["any", "unknown", "custom", "transform"]);

/** Whether a parsed value may hold parts of the value it was parsed from. */
function mayShare(schema: $ZodType): boolean {
  return someSchema(schema, (inner) => sharingTypes.has(schemaType(inner)));
}

/** Whether callers choose names of fields themselves, or have that of the constructor to fill. */
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

/** Names the fields, for the log; the values stay where they are. */
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

/** A recursive schema follows its value as deep as that goes, and may run out of stack. */
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
 * @param service the service's name, for messages
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
      // Of the result: what the contract does not declare has been removed, however deep it was.
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
