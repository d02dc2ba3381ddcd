import type { Page } from "@plinth/data";
import { HeldLanes } from "./held-lanes.ts";
import type { OutboxRecord, OutboxRecords } from "./outbox-records.ts";
import type { Outage } from "./outage.ts";
import { pendingLanes } from "./pending-lanes.ts";
import { type PublishEnvelopes, publishLanes } from "./publish-lanes.ts";
import { PublishedEntries } from "./published-entries.ts";
import type { RelayTally } from "./relay-tally.ts";
import type { SetAsideWriter } from "./set-aside-entry.ts";

/** What the publishers of a relay have in common. */
export interface ShardPublisherParts {
  readonly records: OutboxRecords;
  /** Whether queries see every write that was answered. */
  readonly isConsistent: boolean;
  /** How many entries are read at a time. */
  readonly batchSize: number;
  readonly publish: PublishEnvelopes;
  readonly broker: Outage;
  readonly setAside: SetAsideWriter;
  readonly tally: RelayTally;
}

/** What a relay saw of a shard when it last looked. */
export interface ShardView {
  /** How many entries are pending, as far as it looked. */
  readonly pending: number;
  /** Whether there are more. */
  readonly hasMore: boolean;
  /** When the oldest of them was written. Absent: there is none. */
  readonly oldest?: number | undefined;
}

/** Publishes and removes what is pending in one shard, a page at a time. */
export class ShardPublisher {
  readonly #shard: number;
  readonly #parts: ShardPublisherParts;
  readonly #published: PublishedEntries;
  readonly #held = new HeldLanes();
  #view: ShardView = { pending: 0, hasMore: false };
  #counted = 0;

  constructor(shard: number, parts: ShardPublisherParts) {
    this.#shard = shard;
    this.#parts = parts;
    this.#published = new PublishedEntries(parts.records);
  }

  /** What it saw when it last looked. If there is more than it sees at a time: what it last counted. */
  get view(): ShardView {
    const { pending, hasMore } = this.#view;
    return hasMore ? { ...this.#view, pending: Math.max(pending, this.#counted) } : this.#view;
  }

  /** Milliseconds until a lane that the broker refused may be tried again. Absent: there is none. */
  get wait(): number | undefined {
    return this.#held.wait();
  }

  /** Counts what is pending, if that is more than it sees at a time. */
  async count(): Promise<void> {
    if (!this.#view.hasMore) return;
    const query = { index: "pending", partition: this.#shard } as const;
    this.#counted = await this.#parts.records.count(query);
  }

  /**
   * Publishes the first page of what is pending. Rejects with a {@link PublishFailure} if the broker does not
   * answer, and with the database's error if that fails.
   *
   * @param mayGoOn Asked before each call of the broker.
   * @returns Whether fewer entries are pending than before.
   */
  async publishPending(mayGoOn: () => boolean): Promise<boolean> {
    const { records, batchSize: limit } = this.#parts;
    const query = { index: "pending", partition: this.#shard, limit } as const;
    let cursor: string | undefined;
    let isFirst = true;
    do {
      const page: Page<OutboxRecord> = await records.query({ ...query, cursor });
      ({ cursor } = page);
      // Before anything can fail: what waits while the broker is away has to be in the status.
      if (isFirst) this.#view = viewOf(page, 0);
      const done = await this.#publishPage(page, mayGoOn);
      if (isFirst) this.#view = viewOf(page, done);
      if (done > 0) return true;
      isFirst = false;
      // Nothing of this page could be done, as when the index still shows what was removed.
    } while (cursor !== undefined && mayGoOn());
    return false;
  }

  /** @returns how many entries are no longer pending */
  async #publishPage(page: Page<OutboxRecord>, mayGoOn: () => boolean): Promise<number> {
    if (page.entries.length === 0) return 0;
    const { records, isConsistent, publish, broker, setAside, tally } = this.#parts;
    const { lanes, damaged } = await pendingLanes(records, page.entries, isConsistent);
    const faulty = await setAside.write(
      damaged.map(({ stored, fault }) => ({ stored, reason: `It is damaged: ${fault}.` })),
    );
    const published = lanes.flat().filter((entry) => this.#published.has(entry));
    const open = lanes
      .map((lane) => lane.filter((entry) => !this.#published.has(entry)))
      .filter((lane) => lane.length > 0 && !this.#held.has(lane));
    const { confirmed, refused, events, failure } = await publishLanes(open, publish, mayGoOn);
    if (failure === undefined && events > 0) broker.succeeded();
    for (const entry of confirmed) this.#held.release(entry);
    const removed = await this.#published.remove([...published, ...confirmed]);
    const rejected = await setAside.write(
      refused
        .filter((each) => !this.#held.hold(each))
        .map(({ entry, reason }) => ({ stored: entry.stored, reason })),
    );
    tally.add({ published: events, removed, setAside: faulty + rejected });
    if (failure !== undefined) throw new PublishFailure(failure.error);
    return removed + faulty + rejected;
  }
}

/** @param done how many entries of the page are no longer pending */
function viewOf({ records, cursor }: Page<OutboxRecord>, done: number): ShardView {
  return {
    pending: Math.max(0, records.length - done),
    hasMore: cursor !== undefined,
    oldest: records[done]?.writtenAt,
  };
}

/** The broker did not accept events. Errors of the database are thrown as they are. */
export class PublishFailure extends Error {
  constructor(cause: unknown) {
    super("Events could not be published.", { cause });
  }
}
