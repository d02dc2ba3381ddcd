import type { Binder, Binding, BindingBuilder, Token } from "@plinth/core";

/**
 * Whether bindings bind a token, directly or through a binding that they install. Nothing is created.
 *
 * @param bindings the bindings of an app
 * @param token the token to look for
 */
export function bindsToken(bindings: readonly Binding[], token: Token<unknown>): boolean {
  let found = false;
  const installed = new Set<Binding>();
  const look = <T>(bound: Token<T>): BindingBuilder<T> => {
    found ||= bound === token;
    return nowhere;
  };
  const binder: Binder = {
    bind: look,
    rebind: look,
    bindMany: look,
    install(binding) {
      if (installed.has(binding)) return;
      installed.add(binding);
      binding(binder);
    },
  };
  for (const binding of bindings) binder.install(binding);
  return found;
}

const ignore = (): void => undefined;

/** Accepts every target and stores none. */
const nowhere: BindingBuilder<unknown> = {
  toClass: ignore,
  toValue: ignore,
  toFactory: ignore,
  toResource: ignore,
  toAlias: ignore,
};
