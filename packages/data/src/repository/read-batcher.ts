import { isServiceError } from "@plinth/core/errors";
import { chunksOf, inParallel } from "@plinth/support/chunks";
import { ClosedError } from "../driver/closed-error.ts";
import type { Driver } from "../driver/driver.ts";
import type { DriverCollection } from "../driver/driver-collection.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { type RetryOptions, type RetryPolicy, withRetries } from "./retry.ts";

/** The maximum number of keys per call of a driver. */
const chunkSize = 100;
const chunksAtOnce = 4;

const settled = Promise.resolve();

/** A caller that waits for a key. */
interface Taker {
  readonly resolve: (stored: StoredRecord | undefined) => void;
  readonly reject: (raw: unknown) => void;
  readonly wrap: RetryOptions["wrap"];
}

interface Batch {
  readonly takers: Map<string, Taker[]>;
  /** The signal of each caller; `undefined` for a caller without one. */
  readonly signals: (AbortSignal | undefined)[];
  /** The latest deadline of the callers; `undefined` as soon as one has none. */
  deadline: number | undefined;
}

/**
 * Collects the reads of one turn of the event loop, and reads each key once, many keys per call. A later read
 * never joins a call in flight: it might miss a write in between.
 */
export class ReadBatcher {
  readonly #driver: Driver;
  readonly #collection: DriverCollection;
  readonly #policy: RetryPolicy;
  #batch: Batch | undefined;

  constructor(driver: Driver, collection: DriverCollection, policy: RetryPolicy) {
    this.#driver = driver;
    this.#collection = collection;
    this.#policy = policy;
  }

  /**
   * Reads records as of now or later.
   *
   * @param limits The caller's signal and deadline. A caller that gives up does not affect the others.
   * @returns A record for each key, its own copies. Rejects with the driver's error if one of these keys
   *   could not be read.
   */
  read(keys: readonly string[], limits: RetryOptions): Promise<(StoredRecord | undefined)[]> {
    const batch = this.#join(limits);
    return Promise.all(keys.map((key) => answerOf(batch, key, limits)));
  }

  /** Reads one record; see {@link ReadBatcher.read}. */
  readOne(key: string, limits: RetryOptions): Promise<StoredRecord | undefined> {
    return answerOf(this.#join(limits), key, limits);
  }

  #join({ signal, deadline }: RetryOptions): Batch {
    if (this.#batch === undefined) {
      this.#batch = { takers: new Map(), signals: [], deadline };
      // After everything that is ready to run now, promises included: all reads of this turn join.
      void settled.then(this.#sendNext);
    }
    const batch = this.#batch;
    batch.signals.push(signal);
    batch.deadline =
      deadline === undefined || batch.deadline === undefined
        ? undefined
        : Math.max(deadline, batch.deadline);
    return batch;
  }

  readonly #sendNext = (): void => process.nextTick(this.#send);

  readonly #send = (): void => {
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch === undefined) return;
    const limits = { signal: whenAllAbort(batch.signals), deadline: batch.deadline };
    const wanted = [...batch.takers];
    if (wanted.length <= chunkSize) void this.#readChunk(wanted, limits);
    else {
      const chunks = chunksOf(wanted, chunkSize);
      void inParallel(chunks, chunksAtOnce, (chunk) => this.#readChunk(chunk, limits));
    }
  };

  /** Never rejects: errors go to the callers concerned. */
  async #readChunk(
    chunk: readonly (readonly [string, readonly Taker[]])[],
    limits: RetryOptions,
  ): Promise<void> {
    try {
      const keys = chunk.map(([key]) => key);
      const stored = await withRetries(this.#driver, this.#policy, limits, (options) =>
        this.#collection.get(keys, options),
      );
      for (const [index, [, takers]] of chunk.entries()) hand(stored[index], takers);
    } catch (raw) {
      if (chunk.length > 1 && this.#isOfOneRecord(raw)) {
        await inParallel(chunk, chunksAtOnce, (one) => this.#readChunk([one], limits));
      } else {
        for (const [, takers] of chunk) {
          for (const { reject, wrap } of takers) reject(wrap === undefined ? raw : wrap(raw));
        }
      }
    }
  }

  // One damaged record must not fail the reads of others.
  #isOfOneRecord(raw: unknown): boolean {
    if (raw instanceof ClosedError) return false;
    const code = isServiceError(raw) ? raw.code : this.#driver.errorCode(raw);
    return code === undefined || code === "data_loss";
  }
}

function answerOf(
  { takers }: Batch,
  key: string,
  { wrap }: RetryOptions,
): Promise<StoredRecord | undefined> {
  return new Promise((resolve, reject) => {
    const taker: Taker = { resolve, reject, wrap };
    const known = takers.get(key);
    if (known === undefined) takers.set(key, [taker]);
    else known.push(taker);
  });
}

/** Gives the record to the first caller that waits for it, and copies to the others. */
function hand(stored: StoredRecord | undefined, takers: readonly Taker[]): void {
  const [first] = takers;
  first?.resolve(stored);
  for (let place = 1; place < takers.length; place += 1) {
    takers[place]?.resolve(stored && { ...stored, data: structuredClone(stored.data) });
  }
}

/**
 * A signal that is aborted once all given signals are; `undefined` if one of them is missing. The listeners
 * stay on the signals, so each signal must belong to one call.
 */
function whenAllAbort(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const [first] = signals;
  if (signals.length === 1) return first;
  // A controller is expensive, and most batches need none.
  if (signals.includes(undefined)) return undefined;
  const abandoned = new AbortController();
  let waiting = signals.length;
  const leave = (): void => {
    waiting -= 1;
    if (waiting === 0) abandoned.abort(first?.reason);
  };
  for (const signal of signals) {
    if (signal?.aborted === true) leave();
    else signal?.addEventListener("abort", leave, { once: true });
  }
  return abandoned.signal;
}
