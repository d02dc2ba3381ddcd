import { DeclarationError } from "../errors/declaration-error.ts";
import { recordClass, recordList, recordParameter } from "./recorded-dependencies.ts";
import {
  requireToken,
  requireTokens,
  shownValue,
  type AbstractClass,
  type Class,
  type Token,
} from "./token.ts";

/** The type of a class's constructor parameter at a position. */
type ParameterAt<C, I extends number> = C extends abstract new (...values: infer P) => unknown
  ? P[I]
  : never;

/** Appears in the compiler's message if a token does not fit its parameter. */
export interface TokenMismatch<Given, Expected> {
  readonly "The token given to inject stands for another type than the parameter": {
    given: Given;
    expected: Expected;
  };
}

/** The decorator that `inject` returns. It fits only a parameter of a matching type. */
export type InjectDecorator<T> = <C extends AbstractClass<unknown>, I extends number>(
  target: [T] extends [ParameterAt<C, I>] ? C : C & TokenMismatch<T, ParameterAt<C, I>>,
  key: undefined,
  index: I,
) => void;

/**
 * Declares the token of a constructor parameter. Every parameter of an injectable class needs one: nothing is
 * read from emitted types.
 *
 * @param token A class or a typed token. A token of another type than the parameter's does not compile.
 */
export function inject<T>(token: Token<T>): InjectDecorator<T> {
  return (target: object, _key: undefined, index: number): void => {
    // A class that is used before its module has run is undefined here; no later error would tell why.
    const name = (target as { name?: string }).name ?? "a class";
    requireToken(token, `What @inject got for parameter ${index + 1} of ${name}`);
    recordParameter(target, index, token);
  };
}

/** The tokens for a constructor's parameters, in order. */
export type DependencyTokens<P extends readonly unknown[]> = {
  readonly [K in keyof P]: Token<P[K]>;
};

/** Marks a class as one that the container can make: `@injectable()`. */
export function injectable(): (target: AbstractClass<unknown>) => void;
/**
 * Marks a class as one that the container can make, without decorators, for runtimes that only strip types. The
 * same as `@injectable()` on the class and `@inject(...)` on each parameter.
 *
 * @param implementation The class.
 * @param dependencies One token for each constructor parameter, in order; the compiler checks their types. For a
 *   class without parameters: `[]`.
 * @returns The class itself.
 */
export function injectable<P extends readonly unknown[], T>(
  implementation: new (...dependencies: P) => T,
  dependencies: DependencyTokens<NoInfer<P>>,
): new (...dependencies: P) => T;
export function injectable(
  ...given: [] | [implementation: Class<unknown>, dependencies: readonly Token<unknown>[]]
): unknown {
  if (given.length === 0) return recordClass;
  const [implementation, dependencies] = given;
  if (typeof implementation !== "function") {
    throw new DeclarationError(
      `injectable() takes a class first; what it got is ${shownValue(implementation)}.`,
    );
  }
  const { name } = implementation;
  requireTokens(
    dependencies,
    (index) => `Dependency ${index + 1} of ${name}, listed in injectable(),`,
    name,
  );
  recordList(implementation, dependencies);
  return implementation;
}
