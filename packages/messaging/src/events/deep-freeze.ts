/** Freezes plain objects and arrays at any depth; what has a class, such as a `Date`, stays as it is. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !Array.isArray(value)) return value;
  Object.freeze(value);
  for (const element of Object.values(value)) deepFreeze(element);
  return value;
}
