/**
 * The current time, as a token. Use it instead of `Date` where behavior depends on the time: a test can then
 * bind a clock that it sets. It has no timers; those stay with `setTimeout`.
 *
 * `createApp` binds it to the time of this machine.
 */
export abstract class Clock {
  /** The current time, in milliseconds since the epoch. */
  abstract now(): number;

  /** The current time as a new `Date`. */
  date(): Date {
    return new Date(this.now());
  }
}

/** The time of this machine. It follows a replaced `Date`, such as that of vitest's fake timers. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
}
