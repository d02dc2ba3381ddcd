import { NotFoundError, UnavailableError } from "@plinth/core/errors";

function refuse(): never {
  throw new Error("This cannot be read.");
}

const allTraps = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((name) => [name, refuse]),
);

function withGetter(error: object, ...names: PropertyKey[]): object {
  for (const name of names) Object.defineProperty(error, name, { get: refuse });
  return error;
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** A getter that can be read a few times and then throws. */
function tiring(error: object, name: string, value: unknown, times: number): object {
  let left = times;
  return Object.defineProperty(error, name, { get: () => (left-- > 0 ? value : refuse()) });
}

const branded = Symbol.for("plinth.ServiceError");

/** Thrown values that code cannot read, or not as an error. */
export const unreadable: Readonly<Record<string, () => unknown>> = {
  "a revoked proxy": () => revoked({}),
  "a revoked proxy of an error": () => revoked(new NotFoundError("m")),
  "a revoked function": () => revoked(() => undefined),
  "a proxy whose traps all throw": () => new Proxy(new NotFoundError("m"), allTraps),
  "an error without a name to read": () => withGetter(new Error("m"), "name"),
  "an error of which nothing can be read": () =>
    withGetter(new Error("m"), "stack", "name", "message", "cause", "code", "statusCode", "toJSON"),
  "an error with a revoked proxy as its cause": () => new Error("m", { cause: revoked({}) }),
  "an abort without a cause to read": () =>
    withGetter(Object.assign(new Error("m"), { name: "AbortError" }), "cause"),
  "a service error whose message is an object": () =>
    Object.assign(new NotFoundError("m"), { message: { title: "no such thing" } }),
  "a service error whose message is a symbol": () =>
    Object.assign(new NotFoundError("m"), { message: Symbol("m") }),
  "a service error without a message to read": () => withGetter(new NotFoundError("m"), "message"),
  "a service error without a code to read": () => withGetter(new NotFoundError("m"), "code"),
  "a service error with a code of its own": () =>
    Object.assign(new NotFoundError("m"), { code: "constructor" }),
  "a service error without details to read": () => withGetter(new NotFoundError("m"), "details"),
  "a service error whose details are null": () =>
    Object.assign(new NotFoundError("m"), { details: null }),
  "a service error that tires": () => tiring(new NotFoundError("m"), "details", {}, 1),
  "the mark of a service error and nothing else": () => ({ [branded]: true }),
  nothing: () => undefined,
  null: () => null,
  zero: () => 0,
  "an empty text": () => "",
  "a symbol": () => Symbol("thrown"),
  "a function": () => refuse,
  "an object without a prototype": () => Object.create(null) as unknown,
};

/** Values whose main parts can be read: code and message. */
export const partlyUnreadable: Readonly<Record<string, () => unknown>> = {
  "a service error with details that throw": () =>
    Object.assign(new UnavailableError("m"), { details: withGetter({}, "field") }),
  "a service error with details that were revoked": () =>
    Object.assign(new UnavailableError("m"), { details: { field: revoked({}) } }),
  "a service error with an odd retryAfter": () =>
    Object.assign(new UnavailableError("m"), { retryAfter: "soon", requestId: {} }),
  "a service error without internal details to read": () =>
    withGetter(Object.create(new UnavailableError("m")) as object, "internalDetails", "cause"),
};
