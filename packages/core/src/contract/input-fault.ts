/**
 * How many levels of objects and lists a value may have if its schema sets no limit. Far beyond any record, and
 * far below the depth that overflows the stack in `JSON.stringify`.
 */
const deepestValue = 500;

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * Walks through a value level by level, so that no depth overflows the stack.
 *
 * @param look Checks one object or list; returns what is wrong with it. Default: only the depth is checked.
 * @returns The first fault, in words.
 */
function faultIn(
  value: unknown,
  look?: (container: object) => string | undefined,
): string | undefined {
  let level: ReadonlySet<object> = new Set([value].filter(isContainer));
  for (let depth = 0; depth < deepestValue; depth += 1) {
    if (level.size === 0) return undefined;
    // A set, so that a shared object is looked at once.
    const next = new Set<object>();
    for (const container of level) {
      const found = look?.(container);
      if (found !== undefined) return found;
      for (const inner of Object.values(container) as unknown[]) {
        if (isContainer(inner)) next.add(inner);
      }
    }
    level = next;
  }
  return level.size > 0 ? "is nested too deeply" : undefined;
}

/** Whether a value has more than 500 levels; a value that leads back to itself has. */
export function isTooDeep(value: unknown): boolean {
  return faultIn(value) !== undefined;
}

/** Whether a value is a number that no JSON text stands for. A parser of JSON returns it for `1e400`. */
function isInfinite(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

/**
 * Finds a key that changes the prototype of an object into which it is copied. Servers refuse bodies with such
 * keys.
 */
function unsafeKey(container: object): string | undefined {
  if (Object.hasOwn(container, "__proto__")) return "__proto__";
  if (!Object.hasOwn(container, "constructor")) return undefined;
  const { constructor: inner } = container as { readonly constructor: unknown };
  return isContainer(inner) && Object.hasOwn(inner, "prototype")
    ? "constructor.prototype"
    : undefined;
}

function inputFaultOf(container: object): string | undefined {
  const key = unsafeKey(container);
  if (key !== undefined) return `holds the key ${key}, which no input may have`;
  return Object.values(container).some(isInfinite) ? "holds a number that is too large" : undefined;
}

/**
 * Finds a fault for which any schema's input is refused: more than 500 levels, `__proto__` or
 * `constructor.prototype` as keys, or a number that is not finite.
 *
 * @returns The fault in words: "is nested too deeply".
 */
export function inputFault(value: unknown): string | undefined {
  return isInfinite(value) ? "is a number that is too large" : faultIn(value, inputFaultOf);
}
