/**
 * Marks errors that explain themselves to the person who started the program: a wrong configuration, a
 * missing package, a port that is in use. `createApp` prints the message of such an error alone; every
 * other error is printed with its stack.
 *
 * The symbol is registered, so that an error of one copy of a package is known to another, and so that
 * errors of code that uses none of our packages can have the mark.
 */
const mark = Symbol.for("plinth.presentable");

/** Marks an error as one whose message is for people, and returns it. */
export function presentable<E extends Error>(error: E): E {
  return Object.defineProperty(error, mark, { value: true });
}

/** Whether an error's message is for people; `false` for an error that cannot be read. */
export function isPresentable(error: unknown): error is Error {
  try {
    return (
      error instanceof Error &&
      Reflect.get(error, mark) === true &&
      typeof error.message === "string"
    );
  } catch {
    // A revoked proxy, or a getter that throws: nothing of it can be printed.
    return false;
  }
}
