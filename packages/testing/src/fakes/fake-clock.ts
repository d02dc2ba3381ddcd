import { Clock } from "@plinth/core";

const start = Date.UTC(2030, 0, 1);

/**
 * A clock that moves only when a test moves it. Made by {@link fakeClock}.
 *
 * It changes the time of code that uses the `Clock` token, and fires no timers; vitest's `vi.useFakeTimers`
 * does, for the whole process.
 */
export class FakeClock extends Clock {
  #now: number;

  /** @param now the initial time. Default: the first of January 2030, 00:00 UTC */
  constructor(now: Date | number = start) {
    super();
    this.#now = Number(now);
  }

  override now(): number {
    return this.#now;
  }

  /**
   * Moves the clock forward.
   *
   * @param milliseconds How much; 0 or more.
   * @returns The new time, in milliseconds since 1970.
   * @throws {RangeError} If the time would go backwards; use {@link FakeClock.set} for that.
   */
  advance(milliseconds: number): number {
    if (!(milliseconds >= 0)) {
      throw new RangeError(`A clock advances by 0 ms or more, not by ${milliseconds}.`);
    }
    return (this.#now += milliseconds);
  }

  /** Sets the time, also backwards: the clocks of real machines do that too. */
  set(now: Date | number): void {
    this.#now = Number(now);
  }
}

/**
 * A clock that a test moves by hand.
 *
 * @param now The initial time. Default: the first of January 2030, 00:00 UTC.
 */
export function fakeClock(now?: Date | number): FakeClock {
  return new FakeClock(now);
}
