import type { FieldError } from "@plinth/core/errors";

/** The deepest that data may be nested. */
export const deepestData = 64;

/** Of each value JSON writes two characters at least, so more do not fit into an envelope. */
const maxValues = 500_000;

/** A fault with the way to it, innermost last. */
interface Found {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Finds what no event may hold, even where its schema accepts it: values nested too deep or leading back
 * to themselves, more values than an envelope has room for, and keys that change the prototype of an
 * object into which they are copied. `undefined` where there is nothing of this. It ends early for every
 * value. Instances of classes are not looked into: the schema says what they are.
 *
 * @param depth how many levels above the value do not count
 */
export function findUnsafe(value: unknown, depth = 0): FieldError | undefined {
  return find(value, 1 - depth, { left: maxValues });
}

function find(value: unknown, depth: number, budget: { left: number }): Found | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > deepestData) {
    return { path: "", code: "too_big", message: `is nested deeper than ${deepestData} levels` };
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = step(value[index], depth, budget);
      if (found !== undefined) return { ...found, path: `[${index}]${joined(found.path)}` };
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  for (const name of Object.keys(value)) {
    const element: unknown = (value as Readonly<Record<string, unknown>>)[name];
    const found = isForbidden(name, element) ? forbidden : step(element, depth, budget);
    if (found !== undefined) return { ...found, path: `${name}${joined(found.path)}` };
  }
  return undefined;
}

function step(value: unknown, depth: number, budget: { left: number }): Found | undefined {
  budget.left -= 1;
  if (budget.left < 0) {
    return { path: "", code: "too_big", message: `is one of more than ${maxValues} values` };
  }
  return find(value, depth + 1, budget);
}

const forbidden: Found = {
  path: "",
  code: "forbidden_key",
  message: "is a key that would change the prototype of an object",
};

/** As bodies of HTTP requests are checked. */
function isForbidden(name: string, value: unknown): boolean {
  if (name === "__proto__") return true;
  return (
    name === "constructor" &&
    typeof value === "object" &&
    value !== null &&
    Object.hasOwn(value, "prototype")
  );
}

function joined(path: string): string {
  return path === "" || path.startsWith("[") ? path : `.${path}`;
}
