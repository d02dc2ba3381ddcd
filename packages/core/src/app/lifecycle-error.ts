import { isError, readThrown } from "../errors/read-thrown.ts";

/**
 * The app took too long, or was used when it could not be. Meant for people: `run` prints the
 * message alone.
 */
export class LifecycleError extends Error {
  override readonly name: string = "LifecycleError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, presentable, { value: true });
  }
}

/** Marks errors whose message says all that people need. */
const presentable: symbol = Symbol.for("plinth.presentable");

/** Whether an error's message alone tells people what to do. */
export function isPresentable(error: unknown): error is Error {
  return (
    isError(error) &&
    readThrown(error, presentable) === true &&
    typeof readThrown(error, "message") === "string"
  );
}
