function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** All objects inside a value. Getters are not called. */
export function objectsIn(value: unknown, found: Set<object> = new Set()): Set<object> {
  const rest = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (!isObject(next) || found.has(next)) continue;
    found.add(next);
    for (const key of Reflect.ownKeys(next)) {
      const property = Reflect.getOwnPropertyDescriptor(next, key);
      if (property !== undefined && "value" in property) rest.push(property.value);
      // Getters of the tests return the same value each time.
      else if (property?.get !== undefined && !Array.isArray(next))
        rest.push(readOrNothing(next, key));
    }
  }
  return found;
}

function readOrNothing(owner: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(owner, key);
  } catch {
    return undefined;
  }
}

/**
 * Where two results differ, to the last own property: kind, prototype, order of keys, absent and
 * `undefined`, 0 and -0, holes, frozen or not, and whether a part is the caller's own object.
 *
 * @param given the objects of the input
 * @returns `undefined` where nothing differs
 */
export function differenceOf(
  left: unknown,
  right: unknown,
  given: ReadonlySet<object>,
): string | undefined {
  const rest: (readonly [unknown, unknown, string])[] = [[left, right, "the value"]];
  const seen = new Set<object>();
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [a, b, path] = next;
    if (!isObject(a) || !isObject(b)) {
      if (!Object.is(a, b)) return `${path}: ${String(a)} and ${String(b)}`;
      continue;
    }
    if (given.has(a) !== given.has(b)) return `${path}: only one is the caller's own object`;
    if (a === b || seen.has(a)) continue;
    seen.add(a);
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path}: the prototypes`;
    if (Object.isFrozen(a) !== Object.isFrozen(b)) return `${path}: only one is frozen`;
    if (a instanceof Date && b instanceof Date && !Object.is(a.getTime(), b.getTime())) {
      return `${path}: the times`;
    }
    const keys = Reflect.ownKeys(a);
    const others = Reflect.ownKeys(b);
    if (keys.length !== others.length || keys.some((key, index) => key !== others[index])) {
      return `${path}: the keys [${keys.map(String).join()}] and [${others.map(String).join()}]`;
    }
    for (const key of keys) {
      const own = Reflect.getOwnPropertyDescriptor(a, key);
      const other = Reflect.getOwnPropertyDescriptor(b, key);
      if (own?.enumerable !== other?.enumerable) return `${path}.${String(key)}: enumerable`;
      rest.push([readOrNothing(a, key), readOrNothing(b, key), `${path}.${String(key)}`]);
    }
  }
  return undefined;
}
