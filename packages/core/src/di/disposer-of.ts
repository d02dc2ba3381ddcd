/** A function that disposes of a value, by the language's protocol or by tsyringe's; `undefined` if it has none. */
export function disposerOf(value: unknown): (() => unknown) | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const name of [Symbol.asyncDispose, Symbol.dispose, "dispose"]) {
    const method: unknown = Reflect.get(value, name);
    if (typeof method === "function") return () => Reflect.apply(method, value, []) as unknown;
  }
  return undefined;
}
