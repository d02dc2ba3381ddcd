import type { FieldError } from "@plinth/core/errors";

/** How deep data may be nested. */
export const deepestData = 64;

/** JSON takes at least two characters for each value, so that more do not fit into an envelope. */
const maxValues = 500_000;

/** A fault with its path, innermost last. */
interface Found {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Finds data that no event may hold, even if its schema accepts them: values nested too deep, circular
 * values, more values than fit into an envelope, and keys that change the prototype of an object into which
 * they are copied. It stops early for any value, and does not look into instances of classes, which the
 * schema has to know.
 *
 * @param depth How many levels above the value do not count.
 * @returns `undefined` if there are none.
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
