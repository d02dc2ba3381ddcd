import { safely } from "../redaction/special-objects.ts";

/**
 * Reads a property of a thrown value. Code can throw anything: revoked proxies, objects whose getters throw. Code
 * that handles errors must not fail because of them, so it reads errors with this function and {@link isError}.
 *
 * @returns `undefined` if there is no such property, or if it cannot be read.
 */
export function readThrown(thrown: unknown, property: PropertyKey): unknown {
  if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null) {
    return undefined;
  }
  return safely<unknown>(() => Reflect.get(thrown, property), undefined);
}

/** Whether a thrown value is an `Error`; `false` for a value that cannot be read. */
export function isError(thrown: unknown): thrown is Error {
  return safely(() => thrown instanceof Error, false);
}

/** Name and message of a thrown value, for people; a sentence even if neither can be read. */
export function describeThrown(thrown: unknown): string {
  if (!isError(thrown)) return "Something that is no error was thrown.";
  const [name, message] = [readThrown(thrown, "name"), readThrown(thrown, "message")];
  const texts = [name, message].filter((text) => typeof text === "string" && text !== "");
  return texts.length === 0 ? "An error was thrown that cannot be read." : texts.join(": ");
}

/**
 * An error with a readable message: the thrown value if it is one, else a new error that describes it, with the
 * thrown value as its `cause`.
 */
export function readableError(thrown: unknown): Error {
  if (isError(thrown) && typeof readThrown(thrown, "message") === "string") return thrown;
  return new Error(describeThrown(thrown), { cause: thrown });
}
