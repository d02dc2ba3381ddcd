import "../reflect.ts";
import * as tsyringe from "tsyringe";

import { isTypedToken, type AbstractClass, type Token } from "./token.ts";

// A registered symbol, so that a class decorated by one copy of the package is understood by another.
const metadataKey: symbol = Symbol.for("plinth.dependencies");

/** The dependencies that `inject` and `injectable` recorded on a class. */
export interface RecordedDependencies {
  /** By position; `undefined` or a hole for a parameter without a token. */
  readonly tokens: readonly (Token<unknown> | undefined)[];
  /** Whether the class itself is marked as injectable, and not only its parameters. */
  readonly marked: boolean;
  /** Whether the list is complete, as `injectable(Class, [...])` gives it. */
  readonly complete: boolean;
}

interface Recorded extends RecordedDependencies {
  tokens: (Token<unknown> | undefined)[];
  marked: boolean;
  complete: boolean;
}

const nothing: RecordedDependencies = Object.freeze({ tokens: [], marked: false, complete: false });

function own(target: object): Recorded | undefined {
  return Reflect.getOwnMetadata(metadataKey, target) as Recorded | undefined;
}

function ownOrNew(target: object): Recorded {
  const known = own(target);
  if (known !== undefined) return known;
  const made: Recorded = { tokens: [], marked: false, complete: false };
  Reflect.defineMetadata(metadataKey, made, target);
  return made;
}

/** The token for tsyringe, whose types refuse abstract classes and whose code accepts them. */
export function tsyringeToken<T>(token: Token<T>): tsyringe.InjectionToken<T> {
  return isTypedToken(token) ? token.key : (token as unknown as tsyringe.InjectionToken<T>);
}

/** Records the token of one constructor parameter. */
export function recordParameter(target: object, index: number, token: Token<unknown>): void {
  ownOrNew(target).tokens[index] = token;
  tsyringe.inject(tsyringeToken(token))(target, undefined, index);
}

/** Marks a class as injectable. Its parameters were recorded before. */
export function recordClass(target: AbstractClass<unknown>): void {
  ownOrNew(target).marked = true;
  tsyringe.injectable<unknown>()(target as never);
}

/** Records all parameters of a class at once. */
export function recordList(
  target: AbstractClass<unknown>,
  tokens: readonly Token<unknown>[],
): void {
  const recorded = ownOrNew(target);
  recorded.tokens = [];
  recorded.complete = true;
  for (const [index, token] of tokens.entries()) recordParameter(target, index, token);
  recordClass(target);
}

/**
 * Returns the dependencies of a class. A class with neither recorded nor declared parameters runs the
 * constructor that it inherits, and has the dependencies of the class that it extends.
 */
export function recordedDependencies(target: AbstractClass<unknown>): RecordedDependencies {
  const recorded = own(target);
  if (recorded?.complete === true || (recorded?.tokens.length ?? 0) > 0) return recorded ?? nothing;
  if (target.length === 0) {
    const parent: unknown = Object.getPrototypeOf(target);
    if (typeof parent === "function" && parent !== Function.prototype) {
      return recordedDependencies(parent as AbstractClass<unknown>);
    }
  }
  return recorded ?? nothing;
}
