import type { Resource, Scope } from "./binder.ts";
import { tokenName, type AbstractClass, type Token } from "./token.ts";

/** The target of a binding. */
export type Target =
  | { readonly kind: "class"; readonly implementation: AbstractClass<unknown> }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "factory"; readonly create: (...dependencies: unknown[]) => unknown }
  | { readonly kind: "resource"; readonly resource: Resource<unknown, unknown[]> }
  | { readonly kind: "alias"; readonly token: Token<unknown> };

/** The method that made a binding: `bind`, `rebind` or `bindMany`. */
export type BindingMode = "bind" | "rebind" | "many";

/** One recorded binding. */
export interface Definition {
  readonly token: Token<unknown>;
  readonly mode: BindingMode;
  readonly target: Target;
  readonly scope: Scope;
  /** In the order of the parameters; `undefined` for a parameter without a token. */
  readonly dependencies: readonly (Token<unknown> | undefined)[];
  /** The name of the binding function; empty if it has none. */
  readonly source: string;
}

/** The name of the class that a token is bound to; `undefined` if it is the token itself, or there is none. */
export function implementationName(definition: Definition): string | undefined {
  if (definition.target.kind !== "class") return undefined;
  const { implementation } = definition.target;
  return implementation === definition.token ? undefined : implementation.name;
}

/** Describes a binding for a message: its target, and the function that made it. */
export function describeDefinition(definition: Definition): string {
  const where = definition.source === "" ? "" : ` in ${definition.source}`;
  const { target } = definition;
  if (target.kind === "class") return `to class ${target.implementation.name}${where}`;
  if (target.kind === "alias") return `to alias ${tokenName(target.token)}${where}`;
  return `to a ${target.kind}${where}`;
}
