import { describeContract, isContract, UnimplementedError, type Token } from "@plinth/core";
import { type MockInstance, vi } from "vitest";

type Method = (...parameters: never[]) => unknown;

/** A `T` whose methods are also `vi.fn`s: stub them, and inspect their calls. */
export type Mock<T> = T & {
  readonly [K in keyof T]: T[K] extends Method ? T[K] & MockInstance<T[K]> : T[K];
};

/**
 * Tells core that a service bound to a contract is a mock: it is called with the caller's input and
 * nothing more, so that `toHaveBeenCalledWith` compares exactly that.
 */
const standInKey = Symbol.for("plinth.standIn");

/**
 * A typed mock of a service, a repository or any other class that names a dependency.
 *
 * Every method is a `vi.fn`. A method without a stub rejects with its own name, so a test fails at the
 * call and not later on `undefined`. A mock bound to a contract is validated like any implementation.
 *
 * @param token The contract, repository or class to mock.
 * @param stubs Implementations of some methods. Default: none.
 * @returns The mock; it is an `instanceof` the mocked class.
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

// Promises, matchers and printers look for these on any object; a method would mislead them.
const probes = new Set([
  "then",
  "toJSON",
  "constructor",
  "asymmetricMatch",
  "nodeType",
  "$$typeof",
]);

/** A contract lists its methods. An abstract class has none at run time, so every name is mocked. */
function isMocked(token: Token<unknown>, name: string): boolean {
  return isContract(token)
    ? describeContract(token).methods.some((method) => method.name === name)
    : !probes.has(name) && !(name in Object.prototype);
}

function unstubbed(token: Token<unknown>, name: string): Method {
  return named(token, name, () =>
    Promise.reject(
      // Callers see the message of this code: a contract hides those of other errors.
      new UnimplementedError(
        `${token.name}.${name} was called, but the test has not stubbed it. Give mockOf a function, or call .mockResolvedValue(…) on the method.`,
      ),
    ),
  );
}

function named(token: Token<unknown>, name: string, stub: Method): Method {
  return vi.fn<Method>(stub).mockName(`${token.name}.${name}`);
}
