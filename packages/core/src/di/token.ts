import { DeclarationError } from "../errors/declaration-error.ts";

const tokenBrand: unique symbol = Symbol.for("plinth.token") as never;

/** A class that can be constructed, whatever its parameters are. */
export type Class<T> = new (...dependencies: never[]) => T;

/** A class, abstract or not, used as the name of what it makes. */
export type AbstractClass<T> = abstract new (...dependencies: never[]) => T;

/** How a token of {@link TypedToken} form reaches its value; absent on a plain one. */
export interface TokenSelection {
  readonly kind: "all" | "provider" | "required";
  readonly token: Token<unknown>;
  /** With `"required"`: what to do when nothing is bound to the token. */
  readonly advice?: string;
}

/**
 * A token for what has no class of its own: an interface, a function, a primitive.
 * Made by `token`, `all`, `provider` and `required`.
 */
export interface TypedToken<out T> {
  /** The name shown in messages. */
  readonly name: string;
  /** The name under which the underlying tsyringe container knows the token. */
  readonly key: symbol;
  /** Set on the tokens made by `all`, `provider` and `required`. */
  readonly selection?: TokenSelection;
  /** Carries the type of the value; there is nothing here at run time. */
  readonly [tokenBrand]: () => T;
}

/** What names a dependency: a class (abstract ones included) or a typed token. */
export type Token<T> = AbstractClass<T> | TypedToken<T>;

/** The type of the value that a token stands for. */
export type TokenValue<K> =
  K extends TypedToken<infer T> ? T : K extends AbstractClass<infer T> ? T : never;

/** The values that a list of tokens stands for, in the same order. */
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
 * Makes a token for something that has no class: an interface, a function, a primitive.
 * Two tokens of the same name are two tokens: keep the one you made in a constant and export it.
 *
 * @param name shown in messages about missing or cyclic bindings
 */
export function token<T>(name: string): TypedToken<T> {
  return typedToken(name);
}

const allTokens = new WeakMap<object, TypedToken<readonly unknown[]>>();
const providerTokens = new WeakMap<object, TypedToken<() => unknown>>();

/**
 * Stands for everything bound to `of` with `bindMany`, in the order of binding.
 * With nothing bound the list is empty.
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
 * Stands for a function that resolves `of` when it is called: the way for a singleton to reach
 * something request-scoped (call it while a request is handled), or to make transients as needed.
 * The binding behind it is checked at boot like any other.
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
 * Stands for `of` itself, and knows better than a general message why it is needed: for bindings
 * that are meant to be installed by others.
 *
 * @param of the token that is needed
 * @param advice sentences for the fault when nothing is bound to it: why it is needed, what to do
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
 * Checks a token that was handed in.
 *
 * @param value what should be a token
 * @param where begins the message: `Dependency 1 of Docs`
 * @throws DeclarationError for anything else
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
 * Checks a list of tokens.
 *
 * @param where begins the message about the token at an index
 * @param owner whose dependencies they are
 * @throws DeclarationError for anything else than a list of tokens
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
  // Not by forEach, which leaves out holes.
  for (const [index, value] of values.entries()) requireToken(value, where(index));
}

/** A wrong argument for messages: its text may be anything. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return Array.isArray(value) ? "an array" : `of type ${typeof value}`;
}

/** The name of a token for messages. */
export function tokenName(of: Token<unknown>): string {
  return of.name === "" ? "(anonymous class)" : of.name;
}
