export type {
  Binder,
  Binding,
  BindingBuilder,
  BindingOptions,
  HookOptions,
  Resource,
  Scope,
} from "./binder.ts";
export { GraphError, type GraphFault, type GraphFaultKind } from "./graph-error.ts";
export {
  inject,
  injectable,
  type DependencyTokens,
  type InjectDecorator,
  type TokenMismatch,
} from "./inject.ts";
export {
  all,
  provider,
  required,
  token,
  type AbstractClass,
  type Class,
  type Token,
  type TokenSelection,
  type TokenValue,
  type TokenValues,
  type TypedToken,
} from "./token.ts";
