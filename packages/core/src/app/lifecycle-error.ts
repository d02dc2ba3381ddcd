import { presentable } from "@plinth/support/presentable";

/**
 * The app took too long, or was used in a state that does not allow it. The message is for people: `run`
 * prints it alone.
 */
export class LifecycleError extends Error {
  override readonly name: string = "LifecycleError";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    presentable(this);
  }
}
