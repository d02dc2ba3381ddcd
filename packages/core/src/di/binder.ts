import type { JsonObject } from "../errors/json.ts";
import type { Class, Token, TokenValues } from "./token.ts";

/**
 * How long an instance lives: `"singleton"` once per app (the default), `"transient"` anew for each
 * that asks, `"request"` once per request.
 */
export type Scope = "singleton" | "transient" | "request";

/** Options of `toClass` and `toFactory`. */
export interface BindingOptions {
  /** Absent: `"singleton"`. */
  readonly scope?: Scope;
}

/** What a hook of a resource is told. */
export interface HookOptions {
  /** Aborted when the time for the hook is over: the app does not wait any longer. */
  readonly signal: AbortSignal;
}

/** Something that has to be opened before it is used and closed afterwards. */
export interface Resource<T, D extends readonly unknown[]> {
  /** Opens it. Called once, when all dependencies are ready; nobody sees the value before. */
  create(...dependencies: D): Promise<T> | T;
  /** Begins work that needs the whole app, such as listening. After every `create`. */
  start?(value: T): Promise<void> | void;
  /**
   * Resolves while all is well. Registered as a readiness check under the token's name; what it
   * resolves with stands in the report.
   */
  health?(value: T, options: HookOptions): Promise<JsonObject | void> | JsonObject | void;
  /** Takes no new work and finishes what there is. In reverse order, before any `close`. */
  drain?(value: T, options: HookOptions): Promise<void> | void;
  /** Gives everything back. In reverse order; called also when another one failed. */
  close?(value: T, options: HookOptions): Promise<void> | void;
}

/**
 * Says what a token is bound to: call exactly one of the methods. Whatever is bound to a contract is
 * handed out behind the contract's checks, unless it is behind them already.
 */
export interface BindingBuilder<T> {
  /**
   * An instance of a class marked with `@injectable()` or `service`. A singleton with
   * `[Symbol.asyncDispose]`, `[Symbol.dispose]` or `dispose` is disposed of when the app stops.
   */
  toClass(implementation: Class<T>, options?: BindingOptions): void;
  /** A value that exists already. It stays the property of whoever made it: never disposed of. */
  toValue(value: T): void;
  /** What a synchronous function makes of other bindings; for asynchronous ones see `toResource`. */
  toFactory<const D extends readonly Token<unknown>[]>(
    dependencies: D,
    create: (...dependencies: TokenValues<D>) => T,
    options?: BindingOptions,
  ): void;
  /** A singleton that is opened, watched and closed with the app. */
  toResource<const D extends readonly Token<unknown>[]>(
    dependencies: D,
    resource: Resource<T, TokenValues<D>>,
  ): void;
  /** Whatever another token is bound to: one instance under two names. */
  toAlias(token: Token<T>): void;
}

/** Collects bindings. Nothing is made while they are collected. */
export interface Binder {
  /** Binds a token. A second binding of the same token is a fault, found at boot. */
  bind<T>(token: Token<T>): BindingBuilder<T>;
  /** Replaces the binding of a token, whichever comes first. A fault where there is none. */
  rebind<T>(token: Token<T>): BindingBuilder<T>;
  /** Adds to the list that is injected with `all(token)`, in the order of the calls. */
  bindMany<T>(token: Token<T>): BindingBuilder<T>;
  /** Applies another binding. One that was applied before is not applied again. */
  install(binding: Binding): void;
}

/** A named set of bindings: what a module exports for the composition root. */
export type Binding = (binder: Binder) => void;
