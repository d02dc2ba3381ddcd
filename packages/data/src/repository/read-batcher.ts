import { isServiceError } from "@plinth/core/errors";
import type { Driver, DriverCollection } from "../driver/driver.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import { chunksOf, inParallel } from "./in-parallel.ts";
import { type RetryOptions, type RetryPolicy, withRetries } from "./retry.ts";

/** Keys that are read by one call of a driver. */
const chunkSize = 100;
const chunksAtOnce = 4;

/** A key that one or more callers wait for. */
interface Slot {
  readonly answer: Promise<StoredRecord | undefined>;
  resolve(stored: StoredRecord | undefined): void;
  reject(raw: unknown): void;
  takers: number;
}

interface Batch {
  readonly slots: Map<string, Slot>;
  /** Aborted when every caller has given up. */
  readonly abandoned: AbortController;
  callers: number;
  /** The latest deadline of the callers; `undefined` as soon as one has none. */
  deadline: number | undefined;
}

/**
 * Gathers the reads of one turn of the event loop, and reads each key once, many keys by one call. A
 * read that begins later never joins a call that is on its way: it might miss a write in between.
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
   * @param limits the caller's signal and deadline; a caller that gives up leaves the others alone
   * @returns a record for each key, shared with nobody; rejects with the driver's raw error, if one of
   *   these very keys could not be read
   */
  async read(keys: readonly string[], limits: RetryOptions): Promise<(StoredRecord | undefined)[]> {
    const batch = this.#join(limits);
    const leave = (): void => {
      batch.callers -= 1;
      if (batch.callers === 0) batch.abandoned.abort(limits.signal?.reason);
    };
    limits.signal?.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.all(keys.map((key) => take(slotOf(batch, key))));
    } finally {
      limits.signal?.removeEventListener("abort", leave);
    }
  }

  #join({ deadline }: RetryOptions): Batch {
    if (this.#batch === undefined) {
      this.#batch = { slots: new Map(), abandoned: new AbortController(), callers: 0, deadline };
      // Behind all that is ready to run now, promises included: whoever reads in this turn gets on.
      void Promise.resolve().then(() => process.nextTick(() => this.#send()));
    }
    const batch = this.#batch;
    batch.callers += 1;
    batch.deadline =
      deadline === undefined || batch.deadline === undefined
        ? undefined
        : Math.max(deadline, batch.deadline);
    return batch;
  }

  #send(): void {
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch === undefined) return;
    const chunks = chunksOf([...batch.slots], chunkSize);
    void inParallel(chunks, chunksAtOnce, (chunk) => this.#readChunk(chunk, batch));
  }

  /** Never rejects: whatever happens goes to the callers concerned. */
  async #readChunk(chunk: readonly [string, Slot][], batch: Batch): Promise<void> {
    try {
      const stored = await this.#get(
        chunk.map(([key]) => key),
        batch,
      );
      for (const [index, [, slot]] of chunk.entries()) slot.resolve(stored[index]);
    } catch (raw) {
      if (chunk.length > 1 && this.#isOfOneRecord(raw)) {
        await inParallel(chunk, chunksAtOnce, (one) => this.#readChunk([one], batch));
      } else {
        for (const [, slot] of chunk) slot.reject(raw);
      }
    }
  }

  #get(keys: readonly string[], batch: Batch): Promise<(StoredRecord | undefined)[]> {
    const { abandoned, deadline } = batch;
    return withRetries(
      this.#driver,
      this.#policy,
      { signal: abandoned.signal, deadline },
      (options) => this.#collection.get(keys, options),
    );
  }

  // One damaged record must not spoil the reads of others.
  #isOfOneRecord(raw: unknown): boolean {
    const code = isServiceError(raw) ? raw.code : this.#driver.errorCode(raw);
    return code === undefined || code === "data_loss";
  }
}

function slotOf({ slots }: Batch, key: string): Slot {
  const known = slots.get(key);
  if (known !== undefined) return known;
  const { promise: answer, resolve, reject } = withResolvers<StoredRecord | undefined>();
  const slot: Slot = { answer, resolve, reject, takers: 0 };
  // Without it, a caller that gave up would leave a rejection behind that nobody handles.
  answer.catch(() => undefined);
  slots.set(key, slot);
  return slot;
}

async function take(slot: Slot): Promise<StoredRecord | undefined> {
  slot.takers += 1;
  const isFirst = slot.takers === 1;
  const stored = await slot.answer;
  if (isFirst || stored === undefined) return stored;
  return { ...stored, data: structuredClone(stored.data) };
}

// Promise.withResolvers comes with Node 22.
function withResolvers<R>(): {
  promise: Promise<R>;
  resolve: (value: R) => void;
  reject: (reason: unknown) => void;
} {
  let resolve: (value: R) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<R>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
