import type { FieldError, JsonObject, JsonValue } from "@plinth/core/errors";

/** The deepest that data may be nested. */
const deepest = 64;

/**
 * Copies encoded data into frozen JSON. What `JSON.stringify` would drop or change without a word is
 * a fault that names its path; only properties that are `undefined` are left out.
 */
export function toWireData(value: object): { data: JsonObject } | { faults: FieldError[] } {
  const faults: FieldError[] = [];
  const data = copyValue(value, "", 1, faults);
  return faults.length > 0 ? { faults } : { data: data as JsonObject };
}

function copyValue(
  value: unknown,
  path: string,
  depth: number,
  faults: FieldError[],
): JsonValue | undefined {
  const refuse = (code: string, message: string): undefined => {
    if (faults.length < 20) faults.push({ path, code, message });
  };
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    return value.isWellFormed() ? value : refuse("invalid_format", "is not well-formed Unicode");
  }
  if (typeof value === "number") {
    return Number.isFinite(value)
      ? value + 0
      : refuse("invalid_type", `is ${value}, which JSON cannot hold`);
  }
  if (typeof value !== "object") return refuse("invalid_type", `is ${nameOf(value)}`);
  if (depth > deepest) return refuse("too_big", `is nested deeper than ${deepest} levels`);
  if (Array.isArray(value)) {
    const copies = value.map((element, index) =>
      copyValue(element, `${path}[${index}]`, depth + 1, faults),
    );
    return Object.freeze(copies) as readonly JsonValue[];
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return refuse("invalid_type", `is ${nameOf(value)}`);
  }
  const copy: Record<string, JsonValue> = {};
  for (const [name, element] of Object.entries(value) as [string, unknown][]) {
    if (element === undefined) continue;
    const copied = copyValue(element, path === "" ? name : `${path}.${name}`, depth + 1, faults);
    // Assigning to "__proto__" would set the prototype instead.
    if (copied !== undefined)
      Object.defineProperty(copy, name, { value: copied, enumerable: true });
  }
  return Object.freeze(copy);
}

function nameOf(value: unknown): string {
  const kind =
    typeof value === "object" && value !== null
      ? `an instance of ${value.constructor?.name ?? "a class"}`
      : `of type ${typeof value}`;
  return `${kind}, which JSON cannot hold`;
}
