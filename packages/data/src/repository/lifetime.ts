import { setTimeout as delay } from "node:timers/promises";
import { UnavailableError } from "@plinth/core/errors";
import { ClosedError } from "../driver/closed-error.ts";
import type { DriverCallOptions } from "../driver/driver-collection.ts";

type Reject = (reason: ClosedError) => void;

// Long enough for a call that gets an answer at all, and shorter than the time that an app has to stop.
const defaultGrace = 5000;

/**
 * The calls of one database in flight, and whether more may begin. All calls of a driver pass here, so that
 * closing is the same for every driver: nothing is sent after `close()`, earlier calls may be answered, and
 * no caller waits for ever.
 */
export class Lifetime {
  readonly #calls = new Set<Reject>();
  readonly #pauses = new Set<Reject>();
  readonly #grace: number;
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  /** @param grace How long `close()` waits for answers, in milliseconds. Default: 5,000. */
  constructor(grace: number = defaultGrace) {
    this.#grace = grace;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Throws `unavailable` once the database is closed. @param what Begins the message. */
  throwIfClosed(what: string): void {
    if (this.#isClosed) throw closedError(what, new ClosedError());
  }

  /** Runs a call of the driver. Rejects with a {@link ClosedError} if the database is or gets closed. */
  run<R>(call: () => Promise<R>): Promise<R> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    return this.#among(this.#calls, call);
  }

  /** Waits between two attempts. Rejects with a {@link ClosedError} as soon as the database is closed. */
  pause(milliseconds: number, options: DriverCallOptions): Promise<void> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    return this.#among(this.#pauses, () => delay(milliseconds, undefined, options));
  }

  /** Accepts no more calls, waits for answers up to the grace, then rejects the calls left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    rejectAll(this.#pauses);
    if (this.#calls.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      timer = setTimeout(resolve, this.#grace);
    });
    clearTimeout(timer);
    rejectAll(this.#calls);
  }

  #among<R>(open: Set<Reject>, work: () => Promise<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const end = (): void => {
        open.delete(reject);
        if (this.#onIdle !== undefined && this.#calls.size === 0) this.#onIdle();
      };
      open.add(reject);
      try {
        work().then(
          (result) => {
            end();
            resolve(result);
          },
          (error: unknown) => {
            end();
            // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the driver's own
            reject(error);
          },
        );
      } catch (error) {
        end();
        throw error;
      }
    });
  }
}

/** The error for callers once the database is closed. */
export function closedError(what: string, cause: unknown): UnavailableError {
  return new UnavailableError(`${what}: the database is closed.`, { cause });
}

function rejectAll(open: Set<Reject>): void {
  for (const reject of open) reject(new ClosedError());
  open.clear();
}
