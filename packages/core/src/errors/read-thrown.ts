import { safely } from "../redaction/special-objects.ts";

/**
 * Reads a property of something that was thrown. Anything can be: proxies that were revoked, objects
 * whose getters throw. Whoever handles an error must not fail by it, so all that handle foreign errors
 * read them by this and by {@link isError}.
 *
 * @returns `undefined` where there is no such property, or where it cannot be read
 */
export function readThrown(thrown: unknown, property: PropertyKey): unknown {
  if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null) {
    return undefined;
  }
  return safely<unknown>(() => Reflect.get(thrown, property), undefined);
}

/** Whether something that was thrown is an `Error`; `false` for what cannot even be asked. */
export function isError(thrown: unknown): thrown is Error {
  return safely(() => thrown instanceof Error, false);
}

/** Name and message of something that was thrown, for people: a sentence even where both cannot be read. */
export function describeThrown(thrown: unknown): string {
  if (!isError(thrown)) return "Something that is no error was thrown.";
  const [name, message] = [readThrown(thrown, "name"), readThrown(thrown, "message")];
  const texts = [name, message].filter((text) => typeof text === "string" && text !== "");
  return texts.length === 0 ? "An error was thrown that cannot be read." : texts.join(": ");
}

/**
 * An error with a message that can be read: what was thrown where it is one, else a new error that says
 * what is known of it, with the original as its `cause`.
 */
export function readableError(thrown: unknown): Error {
  if (isError(thrown) && typeof readThrown(thrown, "message") === "string") return thrown;
  return new Error(describeThrown(thrown), { cause: thrown });
}
