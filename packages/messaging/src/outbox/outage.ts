import type { Logger } from "@plinth/core";
import { backOff } from "@plinth/support/back-off";

const minPause = 50;
const pauses = { first: 100, max: 5_000 };

/** Follows an outage of the broker or the database, and says how long to back off. */
export class Outage {
  readonly #what: string;
  readonly #logger: Logger | undefined;
  readonly #clock: () => number;
  #failures = 0;
  #since: number | undefined;

  constructor(what: string, logger: Logger | undefined, clock: () => number) {
    this.#what = what;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Since when there is an outage, in milliseconds since 1970; `undefined`: there is none. */
  get since(): number | undefined {
    return this.#since;
  }

  /** Notes a failure. @returns How many milliseconds to wait: a random part of a growing span. */
  failed(error: unknown): number {
    this.#failures += 1;
    if (this.#since === undefined) {
      this.#since = this.#clock();
      this.#logger?.warn(`The outbox relay cannot ${this.#what}; it goes on trying.`, { error });
    }
    return Math.max(minPause, backOff(this.#failures, pauses));
  }

  /** Notes a success. */
  succeeded(): void {
    if (this.#since === undefined) return;
    const duration = Math.max(0, this.#clock() - this.#since);
    this.#logger?.info(`The outbox relay can ${this.#what} again.`, {
      duration,
      failures: this.#failures,
    });
    this.#since = undefined;
    this.#failures = 0;
  }
}
