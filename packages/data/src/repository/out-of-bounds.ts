import type { FieldError } from "@plinth/core/errors";
import { limits } from "./limits.ts";

// A codec may turn deeper values into text, but recursive schemas recurse as deep as the value. The same bound
// as for arguments of methods: far below a stack overflow.
const deepest = 500;
const longestPath = 12;

interface Walk {
  values: number;
  /** The objects and lists that lead to the current one, and their names in each other. */
  readonly containers: object[];
  readonly names: (string | number)[];
}

/**
 * Checks, before anything else walks a value, that its depth and the number of its values are bounded. Values
 * in several places count several times. The check itself takes a bounded time, even for cycles.
 *
 * @returns What is wrong with the value; `undefined` if it can be walked.
 */
export function outOfBounds(value: object): FieldError | undefined {
  const walk: Walk = { values: 0, containers: [], names: [] };
  try {
    return faultIn(value, walk);
  } catch {
    // The schema reads the property again, and reports that it cannot be read.
    return undefined;
  }
}

function faultIn(container: object, walk: Walk): FieldError | undefined {
  if (walk.containers.length >= deepest) return tooDeep(walk);
  walk.containers.push(container);
  const fault = Array.isArray(container)
    ? faultInList(container, walk)
    : faultInObject(container, walk);
  walk.containers.pop();
  return fault;
}

function faultInList(list: readonly unknown[], walk: Walk): FieldError | undefined {
  for (let index = 0; index < list.length; index += 1) {
    const fault = faultAt(index, list[index], walk);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultInObject(object: object, walk: Walk): FieldError | undefined {
  for (const name in object) {
    const fault = faultAt(name, (object as Readonly<Record<string, unknown>>)[name], walk);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultAt(name: string | number, value: unknown, walk: Walk): FieldError | undefined {
  walk.values += 1;
  // Each value takes a byte at least.
  if (walk.values > limits.recordBytes) {
    return { path: "", code: "too_big", message: `holds more than ${limits.recordBytes} values` };
  }
  // Dates and other instances are for codecs, and can refer to anything.
  if (typeof value !== "object" || value === null || !isPlain(value)) return undefined;
  walk.names.push(name);
  const fault = faultIn(value, walk);
  walk.names.pop();
  return fault;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function tooDeep({ containers, names }: Walk): FieldError {
  const seen = new Set<object>();
  const again = containers.findIndex((container) => {
    const isAgain = seen.has(container);
    seen.add(container);
    return isAgain;
  });
  // The first container has no name.
  if (again > 0) {
    const message = "leads back to an object or list that it is in";
    return { path: pathOf(names.slice(0, again)), code: "invalid_value", message };
  }
  const message = `is nested deeper than ${limits.depth} levels`;
  return { path: pathOf(names), code: "too_big", message };
}

function pathOf(names: readonly (string | number)[]): string {
  const shown = names.slice(0, longestPath);
  const path = shown.map((name) => (typeof name === "number" ? `[${name}]` : `.${name}`)).join("");
  return `${path.replace(/^\./, "")}${names.length > shown.length ? "…" : ""}`;
}
