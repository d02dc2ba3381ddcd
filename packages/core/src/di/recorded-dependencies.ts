import "../reflect.ts";
import * as tsyringe from "tsyringe";

import { isTypedToken, type AbstractClass, type Token } from "./token.ts";

// A registered symbol, so that a class decorated by one copy of the package is understood by another.
const metadataKey: symbol = Symbol.for("plinth.dependencies");

/** What the decorators or `service` recorded on a class. */
export interface RecordedDependencies {
  /** By position; `undefined` or a hole where a parameter has no token. */
  readonly tokens: readonly (Token<unknown> | undefined)[];
  /** Whether the class itself is marked as injectable, or at most its parameters are. */
  readonly marked: boolean;
  /** Whether the list is the whole of it, as given to `service`. */
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

/** The token as tsyringe knows it. Its types refuse abstract classes; its code does not. */
export function tsyringeToken<T>(token: Token<T>): tsyringe.InjectionToken<T> {
  return isTypedToken(token) ? token.key : (token as unknown as tsyringe.InjectionToken<T>);
}

/** Records the token of one constructor parameter. */
export function recordParameter(target: object, index: number, token: Token<unknown>): void {
  ownOrNew(target).tokens[index] = token;
  tsyringe.inject(tsyringeToken(token))(target, undefined, index);
}

/** Marks a class as one that the container makes; its parameters were recorded before. */
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
 * What is recorded for a class. One that has neither recorded nor declared parameters runs the
 * constructor it inherits, and so takes what is recorded for the class it extends.
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
