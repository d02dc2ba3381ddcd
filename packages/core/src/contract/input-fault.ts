/**
 * How many objects and lists may stand in one another, where a schema sets no end to it. Far beyond
 * any record, and far below what overflows the stack of `JSON.stringify`, wherever it is called.
 */
const deepestValue = 500;

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * Follows a value level by level, so that no depth overflows the stack.
 *
 * @param look says what is wrong with one object or list
 * @returns the first fault in words
 */
function faultIn(
  value: unknown,
  look?: (container: object) => string | undefined,
): string | undefined {
  let level: ReadonlySet<object> = new Set([value].filter(isContainer));
  for (let depth = 0; depth < deepestValue; depth += 1) {
    if (level.size === 0) return undefined;
    // A set, because what is shared is looked into once, however often it is met.
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

/** Whether a value is nested more than 500 deep; one that leads back to itself is. */
export function isTooDeep(value: unknown): boolean {
  return faultIn(value) !== undefined;
}

/** What parsers of JSON leave no valid number in the place of: `1e400` is infinite. */
function isInfinite(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

/**
 * Keys that change the prototype of an object into which they are copied. Servers refuse bodies that
 * hold them.
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
 * What makes a value unfit as an input, whatever its schema says: it is nested more than 500 deep, holds
 * `__proto__` or `constructor.prototype` as keys, or a number that is not finite.
 *
 * @returns the fault in words: "is nested too deeply"
 */
export function inputFault(value: unknown): string | undefined {
  return isInfinite(value) ? "is a number that is too large" : faultIn(value, inputFaultOf);
}
