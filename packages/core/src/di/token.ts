import { DeclarationError } from "../errors/declaration-error.ts";

const tokenBrand: unique symbol = Symbol.for("plinth.token") as never;

/** A class that can be constructed, with any parameters. */
export type Class<T> = new (...dependencies: never[]) => T;

/** A class, abstract or not, as a token. */
export type AbstractClass<T> = abstract new (...dependencies: never[]) => T;

/** How a token made by `all`, `provider` or `required` leads to another token. */
export interface TokenSelection {
  readonly kind: "all" | "provider" | "required";
  readonly token: Token<unknown>;
  /** With `"required"`: what to do if the token is not bound. */
  readonly advice?: string;
}

/**
 * A token for a dependency without a class: an interface, a function, a primitive. Made by `token`, `all`,
 * `provider` and `required`.
 */
export interface TypedToken<out T> {
  /** The name in messages. */
  readonly name: string;
  /** The token in tsyringe's container. */
  readonly key: symbol;
  /** Set on tokens made by `all`, `provider` and `required`. */
  readonly selection?: TokenSelection;
  /** Carries the type of the value, for the compiler only. */
  readonly [tokenBrand]: () => T;
}

/** The token of a dependency: a class, abstract ones included, or a typed token. */
export type Token<T> = AbstractClass<T> | TypedToken<T>;

/** The type of a token's value. */
export type TokenValue<K> =
  K extends TypedToken<infer T> ? T : K extends AbstractClass<infer T> ? T : never;

/** The types of the values of a list of tokens, in the same order. */
export type TokenValues<D extends readonly Token<unknown>[]> = {
  -readonly [K in keyof D]: TokenValue<D[K]>;
};

function typedToken<T>(name: string, selection?: TokenSelection): TypedToken<T> {
  const made = {
    name,
    key: Symbol(name),
    [tokenBrand]: (): never => {
      throw new Error(`The token "${name}" is a name only: ask the app for its value.`);
    },
    ...(selection === undefined ? {} : { selection }),
  };
  return Object.freeze(made);
}

/**
 * Makes a token for a dependency without a class: an interface, a function, a primitive. Two tokens of the same
 * name are two tokens: keep the token in a constant and export it.
 *
 * @param name The name in messages about missing or cyclic bindings.
 */
export function token<T>(name: string): TypedToken<T> {
  return typedToken(name);
}

const allTokens = new WeakMap<object, TypedToken<readonly unknown[]>>();
const providerTokens = new WeakMap<object, TypedToken<() => unknown>>();

/**
 * A token for the list of everything that `bindMany` has bound to `of`, in the order of the bindings; empty
 * without any.
 */
export function all<T>(of: Token<T>): TypedToken<readonly T[]> {
  requireToken(of, "The token given to all()");
  const known = allTokens.get(of) as TypedToken<readonly T[]> | undefined;
  if (known !== undefined) return known;
  const made = typedToken<readonly T[]>(`all(${tokenName(of)})`, { kind: "all", token: of });
  allTokens.set(of, made);
  return made;
}

/**
 * A token for a function that resolves `of` when it is called. It lets a singleton use a request-scoped
 * dependency (call it while a request is handled) or make transient instances. Its binding is checked at start
 * like any other.
 */
export function provider<T>(of: Token<T>): TypedToken<() => T> {
  requireToken(of, "The token given to provider()");
  const known = providerTokens.get(of) as TypedToken<() => T> | undefined;
  if (known !== undefined) return known;
  const made = typedToken<() => T>(`provider(${tokenName(of)})`, { kind: "provider", token: of });
  providerTokens.set(of, made);
  return made;
}

/**
 * A token for `of` itself, with advice for the case that it is not bound: for bindings that others install.
 *
 * @param of The token.
 * @param advice Sentences for the message of the fault: why the token is needed, and what to do.
 */
export function required<T>(of: Token<T>, advice: string): TypedToken<T> {
  requireToken(of, "The token given to required()");
  return typedToken<T>(tokenName(of), { kind: "required", token: of, advice });
}

/** Whether a value is a token made by `token`, `all`, `provider` or `required`. */
export function isTypedToken(value: unknown): value is TypedToken<unknown> {
  return typeof value === "object" && value !== null && tokenBrand in value;
}

/**
 * Checks that an argument is a token.
 *
 * @param where The start of the message: `Dependency 1 of Docs`.
 * @throws DeclarationError for anything else.
 */
export function requireToken(value: unknown, where: string): asserts value is Token<unknown> {
  if (typeof value === "function" || isTypedToken(value)) return;
  const isAbsent = value === undefined || value === null;
  throw new DeclarationError(
    `${where} is ${shownValue(value)} instead of a token. ${
      isAbsent
        ? "Two modules probably import each other: move the token into a module of its own."
        : "A token is a class, or made by token()."
    }`,
  );
}

/**
 * Checks that an argument is a list of tokens.
 *
 * @param where Returns the start of the message about the token at an index.
 * @param owner The name of the class or binding that has these dependencies.
 * @throws DeclarationError for anything else.
 */
export function requireTokens(
  values: unknown,
  where: (index: number) => string,
  owner: string,
): asserts values is readonly Token<unknown>[] {
  if (!Array.isArray(values)) {
    throw new DeclarationError(
      `The dependencies of ${owner} must be a list of tokens; what was given is ${shownValue(values)}.`,
    );
  }
  // Not forEach, which skips holes.
  for (const [index, value] of values.entries()) requireToken(value, where(index));
}

/** Describes a wrong argument in a message, without its text, which may be a secret. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return Array.isArray(value) ? "an array" : `of type ${typeof value}`;
}

/** The name of a token for messages. */
export function tokenName(of: Token<unknown>): string {
  return of.name === "" ? "(anonymous class)" : of.name;
}
