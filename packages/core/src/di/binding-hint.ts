import { isTypedToken, tokenName, type Token } from "./token.ts";

/**
 * A class that has its own binding function keeps a hint under this key: a function from the name of the class
 * to the call, `(name) => `bindRepository(${name})``. A registered symbol, so that packages can set it without
 * a dependency on this copy. Subclasses inherit it.
 */
const bindingKey: symbol = Symbol.for("plinth.binding");

/** The call that binds a token, such as `bindRepository(Docs)`; `undefined` if any binding does. */
export function bindingHint(token: Token<unknown>): string | undefined {
  if (isTypedToken(token)) return undefined;
  const hint: unknown = Reflect.get(token, bindingKey);
  return typeof hint === "function"
    ? String(Reflect.apply(hint, undefined, [tokenName(token)]))
    : undefined;
}
