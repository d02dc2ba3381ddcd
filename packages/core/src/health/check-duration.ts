import { DeclarationError } from "../errors/index.ts";

/**
 * Refuses a length of time that no timer can keep, such as `NaN`, the sum of a number and `undefined`.
 *
 * @param what The option, for the message.
 * @param duration In milliseconds; `undefined` and `Infinity` are fine.
 * @throws DeclarationError if it is not a number of at least 0.
 */
export function checkDuration(what: string, duration: number | undefined): void {
  if (duration === undefined || (typeof duration === "number" && duration >= 0)) return;
  throw new DeclarationError(
    `${what} must be a number of milliseconds of at least 0, not ${duration}.`,
  );
}
