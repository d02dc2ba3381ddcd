import { isTypedToken, tokenName, type Token } from "./token.ts";

/**
 * A class that is bound by a function of its own has that function's call here, made from the name of the
 * class: `(name) => `bindRepository(${name})``. A registered symbol, so that packages which do not depend on
 * this copy can say so. Subclasses inherit it.
 */
const bindingKey: symbol = Symbol.for("plinth.binding");

/** The call that binds a token, such as `bindRepository(Docs)`; `undefined` where any binding does. */
export function bindingHint(token: Token<unknown>): string | undefined {
  if (isTypedToken(token)) return undefined;
  const hint: unknown = Reflect.get(token, bindingKey);
  return typeof hint === "function"
    ? String(Reflect.apply(hint, undefined, [tokenName(token)]))
    : undefined;
}
