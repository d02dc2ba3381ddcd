import type { Logger } from "@plinth/core";
import { isServiceError } from "@plinth/core/errors";
import type { Page } from "@plinth/data";
import { Alarm } from "./alarm.ts";
import { HeldLanes } from "./held-lanes.ts";
import type { OutboxRecord, OutboxRecords } from "./outbox-records.ts";
import type { Outage } from "./outage.ts";
import { type PendingEntry, pendingLanes } from "./pending-lanes.ts";
import { type PublishEnvelopes, publishLanes } from "./publish-lanes.ts";
import { asSetAside } from "./set-aside-entry.ts";

/** What the workers of a relay share. */
export interface WorkerSurroundings {
  readonly records: OutboxRecords;
  /** Whether queries see every write that was answered. */
  readonly isConsistent: boolean;
  readonly publish: PublishEnvelopes;
  /** Whether the relay still has its shards. */
  readonly mayGoOn: () => boolean;
  readonly clock: () => number;
  readonly logger: Logger | undefined;
  readonly broker: Outage;
  readonly database: Outage;
  readonly batchSize: number;
  /** Milliseconds between two looks where nothing says that there is something. */
  readonly pollInterval: number;
  /** The same at most, after looks that found nothing. */
  readonly maxPollInterval: number;
  /** Told how many events were published, entries removed and set aside. */
  readonly count: (done: { events: number; removed: number; setAside: number }) => void;
}

/** How a look into the shard ended. */
interface Look {
  readonly hasProgress: boolean;
  /** Milliseconds to leave the shard alone, after a failure. */
  readonly pause?: number | undefined;
}

/** What the worker saw of its shard when it last looked. */
export interface ShardView {
  /** How many entries are pending, as far as it looked. */
  readonly pending: number;
  /** Whether there are more. */
  readonly hasMore: boolean;
  /** When the oldest of them was written. Absent: there is none. */
  readonly oldest?: number | undefined;
}

// Removed entries whose removal failed are not published again, but this is no reason to remember them
// without end.
const maxRemembered = 10_000;

const firstRepeat = 20;

/** Publishes what is pending in one shard, for as long as the relay has it. */
export class ShardWorker {
  readonly shard: number;
  readonly #around: WorkerSurroundings;
  readonly #alarm = new Alarm();
  /** Ids of entries that were published and could not be removed yet. */
  readonly #published = new Set<string>();
  readonly #held = new HeldLanes();
  /** Ids of entries that could not even be set aside; said once of each. */
  readonly #stuck = new Set<string>();
  #isStopped = false;
  #running: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #view: ShardView = { pending: 0, hasMore: false };
  #counted = 0;

  constructor(shard: number, around: WorkerSurroundings) {
    this.shard = shard;
    this.#around = around;
  }

  /** What it saw when it last looked, or counted while there was more than it can see at a time. */
  get view(): ShardView {
    const { pending, hasMore } = this.#view;
    return hasMore ? { ...this.#view, pending: Math.max(pending, this.#counted) } : this.#view;
  }

  /** Counts what is pending, where that is more than it can see at a time. */
  async count(): Promise<void> {
    if (!this.#view.hasMore) return;
    const { records } = this.#around;
    this.#counted = await records.count({ index: "pending", partition: this.shard });
  }

  /** Begins to work. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Looks at once. */
  wake(): void {
    this.#alarm.ring();
  }

  /** Ends the work. Resolves when what was under way is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#alarm.ring();
    await this.#running;
    await this.#turn;
  }

  /** Publishes until nothing is pending, and rejects with what goes wrong. */
  async flush(): Promise<void> {
    while (this.#mayGoOn() && (await this.#inTurn(() => this.#look())).hasProgress);
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { pollInterval, maxPollInterval, isConsistent, database } = this.#around;
    let interval = pollInterval;
    while (!this.#isStopped) {
      let look: Look;
      try {
        look = await this.#inTurn(() => this.#lookOnce());
        if (look.pause === undefined) database.succeeded();
      } catch (error) {
        look = { hasProgress: false, pause: database.failed(error) };
      }
      if (look.pause !== undefined) {
        await this.#rest(look.pause);
        continue;
      }
      if (look.hasProgress) {
        interval = pollInterval;
        continue;
      }
      // A held lane is due by itself.
      const wasWoken = await this.#alarm.sleep(Math.min(interval, this.#held.wait() ?? interval));
      // An idle outbox costs less and less. Where the index lags behind, what was written just now shows a
      // moment later.
      if (!wasWoken) interval = Math.min(2 * interval, maxPollInterval);
      else interval = isConsistent ? pollInterval : Math.min(firstRepeat, pollInterval);
    }
  }

  /** Leaves the shard alone: new events are no reason to disturb a broker that is away. */
  async #rest(pause: number): Promise<void> {
    const end = performance.now() + pause;
    for (let left = pause; left > 0 && !this.#isStopped; left = end - performance.now()) {
      await this.#alarm.sleep(left);
    }
  }

  /** Looks by itself and upon `flush` never at the same time. */
  async #inTurn<R>(body: () => Promise<R>): Promise<R> {
    const turn = this.#turn.then(body);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** As `look`, but a broker that is away is no error. */
  async #lookOnce(): Promise<Look> {
    if (!this.#mayGoOn()) return { hasProgress: false };
    try {
      return await this.#look();
    } catch (error) {
      if (error instanceof PublishFailure) {
        return { hasProgress: false, pause: this.#around.broker.failed(error.cause) };
      }
      throw error;
    }
  }

  /** Publishes the first of what is pending. */
  async #look(): Promise<Look> {
    let cursor: string | undefined;
    let isFirst = true;
    do {
      const { records, batchSize } = this.#around;
      const query = { index: "pending", partition: this.shard, limit: batchSize } as const;
      const page: Page<OutboxRecord> = await records.query({ ...query, cursor });
      ({ cursor } = page);
      // Before anything can fail: what waits while the broker is away must be seen to wait.
      if (isFirst) this.#view = viewOf(page, 0);
      const done = await this.#publishPage(page);
      if (isFirst) this.#view = viewOf(page, done);
      if (done > 0) return { hasProgress: true };
      isFirst = false;
      // Nothing of this page could be done, as when the index still shows what was removed.
    } while (cursor !== undefined && this.#mayGoOn());
    return { hasProgress: false };
  }

  /** @returns how many entries are pending no more */
  async #publishPage(page: Page<OutboxRecord>): Promise<number> {
    const { records, isConsistent, publish, broker, count } = this.#around;
    if (page.entries.length === 0) return 0;
    const { lanes, damaged } = await pendingLanes(records, page.entries, isConsistent);
    const setAside = await this.#setAside(
      damaged.map(({ stored, fault }) => ({ stored, reason: `It is damaged: ${fault}.` })),
    );
    const isPublished = ({ id }: PendingEntry): boolean => this.#published.has(id);
    const published = lanes.flat().filter(isPublished);
    const open = lanes
      .map((lane) => lane.filter((entry) => !isPublished(entry)))
      .filter((lane) => lane.length > 0 && !this.#held.has(lane));
    const { confirmed, refused, events, failure } = await publishLanes(open, publish, () =>
      this.#mayGoOn(),
    );
    if (failure === undefined && events > 0) broker.succeeded();
    for (const entry of confirmed) this.#held.release(entry);
    const removed = await this.#remove([...published, ...confirmed]);
    const refusedCount = await this.#setAside(
      refused
        .filter((each) => !this.#held.hold(each))
        .map(({ entry, reason }) => ({ stored: entry.stored, reason })),
    );
    count({ events, removed, setAside: setAside + refusedCount });
    if (failure !== undefined) throw new PublishFailure(failure.error);
    return removed + setAside + refusedCount;
  }

  /** Removes entries that are published. @returns how many are gone */
  async #remove(entries: readonly PendingEntry[]): Promise<number> {
    if (entries.length === 0) return 0;
    const { records } = this.#around;
    if (this.#published.size < maxRemembered) for (const { id } of entries) this.#published.add(id);
    const results = await records.writeMany(entries.map(({ id }) => records.action.delete(id)));
    let removed = 0;
    for (const [index, { id }] of entries.entries()) {
      if (results[index]?.status !== "fulfilled") continue;
      removed += 1;
      this.#published.delete(id);
    }
    const failed = results.find((result) => result.status === "rejected");
    if (removed === 0 && failed !== undefined) throw failed.reason;
    return removed;
  }

  /** Takes entries out of the way. @returns how many */
  async #setAside(
    entries: readonly { readonly stored: PendingEntry["stored"]; readonly reason: string }[],
  ): Promise<number> {
    const { records, clock, logger } = this.#around;
    let count = 0;
    for (const { stored, reason } of entries) {
      const { id } = stored.record;
      try {
        await records.replace(asSetAside(stored, reason, clock()), { revision: stored.revision });
        count += 1;
        logger?.error("An outbox entry cannot be published and was set aside.", {
          entry: id,
          reason,
        });
      } catch (error) {
        // Its neighbors go on all the same.
        const wasFaster = isServiceError(error, "aborted") || isServiceError(error, "not_found");
        if (wasFaster || this.#stuck.has(id)) continue;
        if (this.#stuck.size < maxRemembered) this.#stuck.add(id);
        logger?.error("An outbox entry could not be set aside.", { entry: id, reason, error });
      }
    }
    return count;
  }

  #mayGoOn(): boolean {
    return !this.#isStopped && this.#around.mayGoOn();
  }
}

/** @param done how many entries of the page are pending no more */
function viewOf({ records, cursor }: Page<OutboxRecord>, done: number): ShardView {
  return {
    pending: Math.max(0, records.length - done),
    hasMore: cursor !== undefined,
    oldest: records[done]?.writtenAt,
  };
}

/** That events could not be published; what comes of the database is thrown as it is. */
export class PublishFailure extends Error {
  constructor(cause: unknown) {
    super("Events could not be published.", { cause });
  }
}
