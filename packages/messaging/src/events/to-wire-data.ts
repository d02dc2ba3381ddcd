import type { FieldError, JsonObject, JsonValue } from "@plinth/core/errors";
import { deepestData } from "./find-unsafe.ts";

/** How many faults are reported. */
const maxFaults = 20;

/**
 * Copies encoded data into frozen JSON. Values that `JSON.stringify` would silently drop or change are
 * faults with their paths. Only properties that are `undefined` are left out.
 */
export function toWireData(value: object): { data: JsonObject } | { faults: FieldError[] } {
  const data = copyValue(value, 1);
  if (data !== fault) return { data: data as JsonObject };
  // Paths are made only for faults: they would cost as much as the copy.
  const faults: FieldError[] = [];
  findFaults(value, "", 1, faults);
  return { faults };
}

const fault: unique symbol = Symbol("fault");

function copyValue(value: unknown, depth: number): JsonValue | typeof fault {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? value : fault;
    case "number":
      // Minus zero would come back as zero.
      return Number.isFinite(value) ? value + 0 : fault;
    case "boolean":
      return value;
    case "object":
      if (value === null) return value;
      if (depth > deepestData) return fault;
      if (Array.isArray(value)) return copyArray(value, depth);
      return isPlain(value) ? copyObject(value, depth) : fault;
    default:
      return fault;
  }
}

function copyArray(value: readonly unknown[], depth: number): JsonValue | typeof fault {
  const copy: JsonValue[] = [];
  // By index, so that holes are seen.
  for (let index = 0; index < value.length; index += 1) {
    const copied = copyValue(value[index], depth + 1);
    if (copied === fault) return fault;
    copy.push(copied);
  }
  return Object.freeze(copy);
}

function copyObject(value: object, depth: number): JsonValue | typeof fault {
  const copy: Record<string, JsonValue> = {};
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    const element = given[name];
    if (element === undefined) continue;
    const copied = copyValue(element, depth + 1);
    if (copied === fault) return fault;
    // Assigning to "__proto__" would set the prototype instead.
    if (name === "__proto__")
      Object.defineProperty(copy, name, { value: copied, enumerable: true });
    else copy[name] = copied;
  }
  return Object.freeze(copy);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Finds the parts of a value that {@link copyValue} cannot copy. */
function findFaults(value: unknown, path: string, depth: number, faults: FieldError[]): void {
  // A circular value has endless paths.
  if (faults.length >= maxFaults) return;
  const refuse = (code: string, message: string): void => {
    faults.push({ path, code, message });
  };
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "string") {
    if (!value.isWellFormed()) refuse("invalid_format", "is not well-formed Unicode");
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) refuse("invalid_type", `is ${value}, which JSON cannot hold`);
  } else if (typeof value !== "object") {
    refuse("invalid_type", `is ${nameOf(value)}`);
  } else if (depth > deepestData) {
    refuse("too_big", `is nested deeper than ${deepestData} levels`);
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      findFaults(value[index], `${path}[${index}]`, depth + 1, faults);
    }
  } else if (!isPlain(value)) {
    refuse("invalid_type", `is ${nameOf(value)}`);
  } else {
    for (const [name, element] of Object.entries(value) as [string, unknown][]) {
      if (element === undefined) continue;
      findFaults(element, path === "" ? name : `${path}.${name}`, depth + 1, faults);
    }
  }
}

function nameOf(value: unknown): string {
  const kind =
    typeof value === "object" && value !== null
      ? `an instance of ${value.constructor?.name ?? "a class"}`
      : `of type ${typeof value}`;
  return `${kind}, which JSON cannot hold`;
}
