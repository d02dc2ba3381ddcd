/**
 * Refuses a length of time that no timer can keep, at the place where it was written: `NaN`, as a
 * sum with something undefined gives, would otherwise mean "for ever" here and "at once" there.
 *
 * @param what the option, for the message
 * @param duration in milliseconds; absent is fine, as is `Infinity`
 * @throws TypeError when it is no number of at least 0
 */
export function checkDuration(what: string, duration: number | undefined): void {
  if (duration === undefined || (typeof duration === "number" && duration >= 0)) return;
  throw new TypeError(`${what} must be a number of milliseconds of at least 0, not ${duration}.`);
}
