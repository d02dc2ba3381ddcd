import { Clock } from "@plinth/core";

const start = Date.UTC(2030, 0, 1);

/**
 * A clock that stands still until it is told otherwise. Made by {@link fakeClock}.
 *
 * It tells the time to whoever asks the `Clock` token, and sets off no timers; vitest's
 * `vi.useFakeTimers` does that, for the whole process.
 */
export class FakeClock extends Clock {
  #now: number;

  /** @param now the time to begin at. Default: the first of January 2030, 00:00 UTC */
  constructor(now: Date | number = start) {
    super();
    this.#now = Number(now);
  }

  override now(): number {
    return this.#now;
  }

  /**
   * Lets time pass.
   *
   * @param milliseconds How much; 0 or more.
   * @returns The present, in milliseconds since 1970.
   * @throws {RangeError} Where time would run backwards; use {@link FakeClock.set} for that.
   */
  advance(milliseconds: number): number {
    if (!(milliseconds >= 0)) {
      throw new RangeError(`A clock advances by 0 ms or more, not by ${milliseconds}.`);
    }
    return (this.#now += milliseconds);
  }

  /** Sets the time, backwards as well: the clocks of real machines do that too. */
  set(now: Date | number): void {
    this.#now = Number(now);
  }
}

/**
 * A clock that a test moves by hand.
 *
 * @param now The time to begin at. Default: the first of January 2030, 00:00 UTC.
 */
export function fakeClock(now?: Date | number): FakeClock {
  return new FakeClock(now);
}
