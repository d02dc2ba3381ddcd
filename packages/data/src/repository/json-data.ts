import type { FieldError, JsonObject, JsonValue } from "@plinth/core/errors";
import { limits } from "./limits.ts";

/** The outcome of {@link toJsonData}: the copy, or what is wrong with the value. */
export type JsonDataResult =
  | { readonly data: JsonObject; readonly bytes: number; readonly faults?: undefined }
  | {
      readonly data?: undefined;
      readonly bytes?: undefined;
      readonly faults: readonly FieldError[];
    };

// The overhead that DynamoDB counts for a map or list and for each element, and its longest number.
const containerBytes = 3;
const elementBytes = 1;
const numberBytes = 12;

interface Walk {
  bytes: number;
  readonly faults: FieldError[];
}

/**
 * Copies a record into plain JSON, and checks that every driver can store it and return it unchanged.
 * Properties that are `undefined` are left out and -0 becomes 0, as in `JSON.stringify`. Nothing else is
 * converted: a value that JSON would drop or change silently is a fault with its path.
 */
export function toJsonData(value: unknown): JsonDataResult {
  const walk: Walk = { bytes: 0, faults: [] };
  const copy = copyValue(value, "", 1, walk);
  if (walk.faults.length === 0 && walk.bytes > limits.recordBytes) walk.faults.push(tooLarge());
  if (walk.faults.length > 0) return { faults: walk.faults };
  if (!isObject(copy)) {
    return { faults: [{ path: "", code: "invalid_type", message: "must be an object" }] };
  }
  return { data: copy, bytes: walk.bytes };
}

/** The fault of a record that is too large. */
export function tooLarge(): FieldError {
  return { path: "", code: "too_big", message: `takes more than ${limits.recordBytes} bytes` };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function copyValue(value: unknown, path: string, depth: number, walk: Walk): JsonValue | undefined {
  if (typeof value === "string") return copyString(value, path, walk);
  if (typeof value === "number") return copyNumber(value, path, walk);
  if (typeof value === "object" && value !== null) {
    return copyContainer(value, path, depth, walk);
  }
  if (typeof value === "boolean" || value === null) {
    walk.bytes += 1;
    return value;
  }
  return fault(walk, path, "invalid_type", `is ${nameOf(value)}, which JSON cannot hold`);
}

function copyString(value: string, path: string, walk: Walk): string | undefined {
  if (!value.isWellFormed()) {
    return fault(
      walk,
      path,
      "invalid_format",
      "holds half of a surrogate pair (not well-formed Unicode)",
    );
  }
  if (value.includes("\0")) {
    return fault(
      walk,
      path,
      "invalid_format",
      "holds the character NUL, which Postgres cannot store",
    );
  }
  walk.bytes += Buffer.byteLength(value);
  return value;
}

function copyNumber(value: number, path: string, walk: Walk): number | undefined {
  if (!Number.isFinite(value)) {
    return fault(walk, path, "invalid_type", `is ${value}, which JSON cannot hold`);
  }
  const magnitude = Math.abs(value);
  if (value !== 0 && (magnitude < limits.smallestNumber || magnitude >= limits.numberBound)) {
    return fault(
      walk,
      path,
      "invalid_value",
      `is out of range: magnitudes from ${limits.smallestNumber} to below ${limits.numberBound} are stored`,
    );
  }
  walk.bytes += numberBytes;
  // Adding zero turns -0 into 0 and leaves every other number as it is.
  return value + 0;
}

function copyContainer(
  value: object,
  path: string,
  depth: number,
  walk: Walk,
): JsonValue | undefined {
  if (depth > limits.depth) {
    return fault(walk, path, "too_big", `is nested deeper than ${limits.depth} levels`);
  }
  walk.bytes += containerBytes;
  if (Array.isArray(value)) return copyArray(value, path, depth, walk);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return fault(walk, path, "invalid_type", `is ${nameOf(value)}, which JSON cannot hold`);
  }
  return copyObject(value, path, depth, walk);
}

function copyArray(
  value: readonly unknown[],
  path: string,
  depth: number,
  walk: Walk,
): JsonValue[] | undefined {
  const copy: JsonValue[] = [];
  for (let index = 0; index < value.length && !isOver(walk); index += 1) {
    const element = value[index];
    walk.bytes += elementBytes;
    // An array directly inside an array counts twice: Firestore needs an object between them.
    const inner = depth + (Array.isArray(element) ? 2 : 1);
    const copied = copyValue(element, `${path}[${index}]`, inner, walk);
    if (copied !== undefined) copy.push(copied);
  }
  return copy;
}

function copyObject(
  value: object,
  path: string,
  depth: number,
  walk: Walk,
): JsonObject | undefined {
  const copy: Record<string, JsonValue> = {};
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    const element = given[name];
    if (element === undefined) continue;
    if (isOver(walk)) break;
    const elementPath = path === "" ? name : `${path}.${name}`;
    const reason = refusedName(name, depth);
    if (reason !== undefined) {
      fault(walk, elementPath, "invalid_key", reason);
      continue;
    }
    walk.bytes += Buffer.byteLength(name) + elementBytes;
    const copied = copyValue(element, elementPath, depth + 1, walk);
    if (copied !== undefined) copy[name] = copied;
  }
  return copy;
}

/** Why a field cannot have the name; `undefined` if it can. */
export function refusedName(name: string, depth: number): string | undefined {
  // The fast path: most names are such, and pass all checks below.
  if (/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name) && name !== "constructor") return undefined;
  if (name === "") return "has an empty name";
  // The AWS SDK reads it to tell an object from an instance of a class, and would take data for an instance.
  if (name === "constructor") return "has a reserved name: constructor";
  if (/^__.*__$/s.test(name)) return "has a reserved name: two underscores at both ends";
  if (depth === 1 && name.startsWith("_")) {
    return "has a reserved name: an underscore begins the names of stored metadata";
  }
  if (!name.isWellFormed() || name.includes("\0")) return "has a name that is not well-formed text";
  if (Buffer.byteLength(name) > limits.fieldNameBytes) {
    return `has a name longer than ${limits.fieldNameBytes} bytes`;
  }
  return undefined;
}

/** Whether the record is rejected already. A value that is in several places could take for ever to walk. */
function isOver({ bytes, faults }: Walk): boolean {
  return bytes > limits.recordBytes || faults.length >= maxFaults;
}

// One record can have a million faults; a person reads the first few.
const maxFaults = 20;

function fault(walk: Walk, path: string, code: string, message: string): undefined {
  if (walk.faults.length < maxFaults) walk.faults.push({ path, code, message });
  return undefined;
}

function nameOf(value: unknown): string {
  if (typeof value !== "object" || value === null)
    return value === undefined ? "undefined" : `a ${typeof value}`;
  const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === "string" && name !== ""
    ? `an instance of ${name}`
    : "an object of a class";
}
