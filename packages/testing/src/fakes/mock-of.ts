import { describeContract, isContract, UnimplementedError, type Token } from "@plinth/core";
import { type MockInstance, vi } from "vitest";

type Method = (...parameters: never[]) => unknown;

/** A `T` whose every method is also a `vi.fn`, to stub and to ask about its calls. */
export type Mock<T> = T & {
  readonly [K in keyof T]: T[K] extends Method ? T[K] & MockInstance<T[K]> : T[K];
};

/**
 * Tells core that a service bound to a contract stands in for an implementation: it is called with
 * what the caller wrote and nothing more, so that `toHaveBeenCalledWith` can ask about that.
 */
const standInKey = Symbol.for("plinth.standIn");

/**
 * A typed stand-in for a service, a repository or any other class that names a dependency.
 *
 * Every method is a `vi.fn`. One that was not stubbed rejects, and says which one it was: a test
 * that reaches further than it meant to fails there, not three lines later with `undefined`. Bound to
 * a contract it stands behind the contract's checks as an implementation would: what does not fit is
 * refused.
 *
 * @param token The contract, repository or class to stand in for.
 * @param stubs Methods that are implemented from the start. Default: none.
 * @returns The mock; it is an `instanceof` the class it stands in for.
 */
export function mockOf<T extends object>(token: Token<T>, stubs: Partial<T> = {}): Mock<T> {
  const prototype: unknown = typeof token === "function" ? token.prototype : null;
  const bare = Object.create(prototype as object | null) as Record<PropertyKey, unknown>;
  Object.defineProperty(bare, standInKey, { value: true });
  const mock = new Proxy(bare, {
    get(target, name, receiver): unknown {
      if (Object.hasOwn(target, name) || typeof name === "symbol" || !isMocked(token, name)) {
        return Reflect.get(target, name, receiver);
      }
      target[name] = unstubbed(token, name);
      return target[name];
    },
  });
  for (const [name, stub] of Object.entries(stubs)) {
    mock[name] = typeof stub === "function" ? named(token, name, stub as Method) : stub;
  }
  return mock as Mock<T>;
}

// Asked of any object by promises, matchers and printers; a method there would mislead them.
const probes = new Set([
  "then",
  "toJSON",
  "constructor",
  "asymmetricMatch",
  "nodeType",
  "$$typeof",
]);

/** A contract lists its methods. Of an abstract class nothing is left at run time: any name goes. */
function isMocked(token: Token<unknown>, name: string): boolean {
  return isContract(token)
    ? describeContract(token).methods.some((method) => method.name === name)
    : !probes.has(name) && !(name in Object.prototype);
}

function unstubbed(token: Token<unknown>, name: string): Method {
  return named(token, name, () =>
    Promise.reject(
      // Of a code whose message callers see: a contract hides what other errors say.
      new UnimplementedError(
        `${token.name}.${name} was called, but the test has not stubbed it. Give mockOf a function, or call .mockResolvedValue(…) on the method.`,
      ),
    ),
  );
}

function named(token: Token<unknown>, name: string, stub: Method): Method {
  return vi.fn<Method>(stub).mockName(`${token.name}.${name}`);
}
