import type { Binder, Binding, BindingBuilder, Token } from "@plinth/core";

/**
 * Whether bindings bind a token, themselves or by what they install. Nothing is made.
 *
 * @param bindings what would be given to an app
 * @param token what is looked for
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

/** Takes every target and keeps none. */
const nowhere: BindingBuilder<unknown> = {
  toClass: ignore,
  toValue: ignore,
  toFactory: ignore,
  toResource: ignore,
  toAlias: ignore,
};
