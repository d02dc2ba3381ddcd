import type { JsonObject } from "../errors/json.ts";
import type { Class, Token, TokenValues } from "./token.ts";

/**
 * The lifetime of an instance: `"singleton"`, one per app (the default); `"transient"`, a new instance per
 * injection; `"request"`, one per request.
 */
export type Scope = "singleton" | "transient" | "request";

/** Options of `toClass` and `toFactory`. */
export interface BindingOptions {
  /** The lifetime of the instance. Default: `"singleton"`. */
  readonly scope?: Scope;
}

/** Options that a hook of a resource receives. */
export interface HookOptions {
  /** Aborted after the hook's timeout: the app no longer waits for it. */
  readonly signal: AbortSignal;
}

/** The hooks of something that is opened before use and closed afterwards, such as a connection. */
export interface Resource<T, D extends readonly unknown[]> {
  /** Opens the resource. Called once, when all dependencies are ready. */
  create(...dependencies: D): Promise<T> | T;
  /** Starts work that needs the whole app, such as listening. Called after every `create`. */
  start?(value: T): Promise<void> | void;
  /**
   * Resolves while all is well. Registered as a readiness check under the token's name; the report shows what
   * it resolves with.
   */
  health?(value: T, options: HookOptions): Promise<JsonObject | void> | JsonObject | void;
  /** Accepts no new work and finishes the current work. Called in reverse order, before any `close`. */
  drain?(value: T, options: HookOptions): Promise<void> | void;
  /** Releases everything. Called in reverse order, also after the failure of another hook. */
  close?(value: T, options: HookOptions): Promise<void> | void;
}

/**
 * Binds a token: call exactly one of the methods. The container puts every implementation of a contract behind
 * the contract's checks, unless it is behind them already.
 */
export interface BindingBuilder<T> {
  /**
   * Binds an instance of an injectable class. A singleton with `[Symbol.asyncDispose]`, `[Symbol.dispose]` or
   * `dispose` is disposed of when the app stops.
   */
  toClass(implementation: Class<T>, options?: BindingOptions): void;
  /** Binds a value that exists already. Its maker owns it: the app never disposes of it. */
  toValue(value: T): void;
  /** Binds the result of a synchronous function of other bindings; for asynchronous ones see `toResource`. */
  toFactory<const D extends readonly Token<unknown>[]>(
    dependencies: D,
    create: (...dependencies: TokenValues<D>) => T,
    options?: BindingOptions,
  ): void;
  /** Binds a singleton that is opened, watched and closed with the app. */
  toResource<const D extends readonly Token<unknown>[]>(
    dependencies: D,
    resource: Resource<T, TokenValues<D>>,
  ): void;
  /** Binds the instance of another token: one instance under two tokens. */
  toAlias(token: Token<T>): void;
}

/** Collects bindings. No instance is made meanwhile. */
export interface Binder {
  /** Binds a token. A second binding of the same token is a fault, reported at start. */
  bind<T>(token: Token<T>): BindingBuilder<T>;
  /** Replaces the binding of a token, before or after it. Without a binding to replace, a fault. */
  rebind<T>(token: Token<T>): BindingBuilder<T>;
  /** Adds to the list that `all(token)` injects, in the order of the calls. */
  bindMany<T>(token: Token<T>): BindingBuilder<T>;
  /** Applies another binding, once however often it is installed. */
  install(binding: Binding): void;
}

/** A function that binds the tokens of a module, for the app's `bindings`. */
export type Binding = (binder: Binder) => void;
