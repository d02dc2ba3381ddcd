/**
 * The token for the present. Ask it instead of `Date` where the time decides what happens: a test then
 * binds a clock that it sets by hand. It tells the time and wakes nobody; timers stay `setTimeout`'s.
 *
 * Bound by `createApp` to the time of this machine.
 */
export abstract class Clock {
  /** The present, in milliseconds since 1970. */
  abstract now(): number;

  /** The present as a `Date`, new for each call. */
  date(): Date {
    return new Date(this.now());
  }
}

/** The time of this machine. It follows whatever replaces `Date`, such as vitest's fake timers. */
export class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
}
