import { setTimeout as delay } from "node:timers/promises";
import { AbortedError, InvalidArgumentError } from "@plinth/core/errors";
import {
  type Database,
  type Entry,
  limits,
  type RepositoryAction,
  type TransactionResults,
} from "@plinth/data";
import { backOff } from "@plinth/support/back-off";
import { wholeNumberFault } from "@plinth/support/numbers";
import { Turns } from "@plinth/support/turns";
import type { EventBus } from "../bus/event-bus.ts";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import { allShards } from "./lanes.ts";
import { lostRace, tellApplied } from "./mark-own.ts";
import { type OutboxRecord, OutboxRecords } from "./outbox-records.ts";
import { type SetAsideEntry, setAsideEntries, shardOfEntry } from "./set-aside-entry.ts";
import { byLane, entryActions, type EventsByLane, inParts } from "./entry-actions.ts";

/** Options of an {@link Outbox}. */
export interface OutboxOptions {
  /** Its table or collection. Default: `"outbox"`. */
  readonly collection?: string | undefined;
  /** The present, in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
}

/** Options of `transact` and `publish`. */
export interface OutboxWriteOptions {
  /**
   * How often a transaction is put together when other writers of the same event keys are faster.
   * Default: 30.
   */
  readonly attempts?: number | undefined;
}

/** What waits in an outbox. */
export interface OutboxBacklog {
  /** Entries that are to be published. Each has the events of one key, or without a key, of one write. */
  readonly pending: number;
  /** When the oldest of them was written, in milliseconds since 1970. Absent: there is none. */
  readonly oldest?: number | undefined;
  /** Entries that no relay will publish by itself; see `Outbox.setAside`. */
  readonly setAside: number;
}

const defaultAttempts = 30;
const pauses = { first: 16, max: 400 };

/** One event or several. */
export type Events = AnyDomainEvent | readonly AnyDomainEvent[];

/**
 * Writes events into the database, in the same transaction as the records that they tell of. An
 * `OutboxRelay`, in this process or another, publishes them: every event that was written, at least
 * once, and those of one key in the order in which they were written. Also the token under which apps
 * bind it.
 */
export class Outbox {
  static {
    // Tells the check of an app's bindings how it is bound.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (): string => "bindOutbox(...)",
    });
  }

  /** The database that it is in. */
  readonly database: Database;
  /** Its table, for the relay. */
  readonly records: OutboxRecords;
  readonly #bus: Pick<EventBus, "envelope">;
  readonly #clock: () => number;
  /** Writers of one lane go one after the other here, so that they do not collide in the database. */
  readonly #turns = new Turns();
  readonly #listeners = new Set<(shards: readonly number[]) => void>();

  /**
   * @param database where the records are that the events tell of
   * @param bus makes the envelopes: source, time, trace and correlation are those of the writer
   */
  constructor(database: Database, bus: Pick<EventBus, "envelope">, options: OutboxOptions = {}) {
    const { collection, clock = Date.now } = options;
    this.database = database;
    this.records = new OutboxRecords(database, { collection });
    this.#bus = bus;
    this.#clock = clock;
  }

  /** Creates or checks its table; see `open` of a repository. Called by `bindOutbox` at start. */
  open(): Promise<void> {
    return this.records.open();
  }

  /**
   * Applies writes together with events: all of it or nothing. Rejects as `Database.transact` does, and
   * with `aborted` when other writers of the same keys were faster in every attempt.
   *
   * The events of a key take two of the transaction's 100 actions, those without a key together one.
   *
   * @param actions made by `action` of the repositories. May be empty
   * @param events what happened, in order; with the context of this moment
   * @returns what each action yields, in order
   */
  async transact<const A extends readonly RepositoryAction<unknown>[]>(
    actions: A,
    events: Events,
    options: OutboxWriteOptions = {},
  ): Promise<TransactionResults<A>> {
    const { attempts = defaultAttempts } = options;
    const fault = wholeNumberFault("Outbox: attempts", attempts, { min: 1 });
    if (fault !== undefined) throw new InvalidArgumentError(fault);
    const grouped = this.#group(events);
    checkRoom(actions.length, grouped);
    return this.#turns.take([...grouped.ordered.keys()], async () => {
      for (let attempt = 1; ; attempt += 1) {
        const written = await this.#entries(grouped);
        const all = [...actions, ...written];
        try {
          const results = await this.database.transact(all);
          tellApplied(written);
          return results.slice(0, actions.length) as TransactionResults<A>;
        } catch (error) {
          if (!lostRace(error, all)) throw error;
          if (attempt >= attempts) throw tooSlow(attempts, error);
        }
        await delay(backOff(attempt, pauses));
      }
    });
  }

  /**
   * Writes events alone, where there is no record that they belong to. Takes what `EventBus.publish`
   * takes, and resolves when they are stored.
   */
  async publish(events: Events, options?: OutboxWriteOptions): Promise<void> {
    await this.transact([], events, options);
  }

  /**
   * Makes the actions that write events, for a transaction of the caller's own, such as that of
   * `Inbox.once`. They are good for one attempt: when the transaction rejects with `aborted` or
   * `already_exists`, another writer of the same key may have been faster, and they have to be made
   * again. `Outbox.transact` and `Inbox.once` do so by themselves.
   */
  async actions(events: Events): Promise<readonly RepositoryAction<unknown>[]> {
    return this.#entries(this.#group(events));
  }

  /** Counts what waits. Costs a read of an index for each part of the outbox and for what it counts. */
  async backlog(): Promise<OutboxBacklog> {
    const [setAside, ...shards] = await Promise.all([
      this.records.count({ index: "setAside" }),
      ...allShards.map(async (shard) => {
        const query = { index: "pending", partition: shard } as const;
        const [pending, { records }] = await Promise.all([
          this.records.count(query),
          this.records.query({ ...query, limit: 1 }),
        ]);
        return { pending, oldest: records[0]?.writtenAt };
      }),
    ]);
    const times = shards.flatMap(({ oldest }) => oldest ?? []);
    return {
      pending: shards.reduce((sum, { pending }) => sum + pending, 0),
      setAside,
      ...(times.length > 0 && { oldest: Math.min(...times) }),
    };
  }

  /** Entries that could not be published, with the reason: damaged ones, and what the broker refuses. */
  async *listSetAside(): AsyncGenerator<SetAsideEntry, void, undefined> {
    yield* setAsideEntries(this.records);
  }

  /**
   * Makes an entry pending again. It comes behind what was published of its key meanwhile. Rejects with
   * `not_found` when there is no such entry.
   */
  async restore(id: string): Promise<void> {
    const { record } = await this.records.update(id, (entry) => {
      if (entry.setAsideAt === undefined) return entry;
      const { setAsideAt: _setAsideAt, reason: _reason, ...pending } = entry;
      return { ...pending, shard: shardOfEntry(entry) };
    });
    if (record.shard !== undefined) this.#wake([record.shard]);
  }

  /** Removes an entry for good, published or not. */
  async discard(id: string): Promise<void> {
    await this.records.delete(id);
  }

  /**
   * Tells of what was written in this process, so that a relay need not wait for its next look.
   *
   * @param listener gets the shards
   * @returns removes the listener
   */
  onWritten(listener: (shards: readonly number[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #group(events: Events): EventsByLane {
    const list = Array.isArray(events)
      ? (events as readonly AnyDomainEvent[])
      : [events as AnyDomainEvent];
    return byLane(list.map((event) => this.#bus.envelope(event)));
  }

  async #entries(grouped: EventsByLane): Promise<readonly RepositoryAction<unknown>[]> {
    const lanes = [...grouped.ordered.keys()];
    const found = await Promise.all(lanes.map((lane) => this.records.getEntry(lane)));
    const tails = new Map<string, Entry<OutboxRecord> | undefined>(
      lanes.map((lane, index) => [lane, found[index]]),
    );
    const wake = (shards: readonly number[]): void => this.#wake(shards);
    return entryActions(this.records, grouped, tails, this.#clock(), wake);
  }

  #wake(shards: readonly number[]): void {
    for (const listener of this.#listeners) listener(shards);
  }
}

function checkRoom(actions: number, { ordered, unordered }: EventsByLane): void {
  const entries = [...ordered.values(), unordered].reduce(
    (sum, list) => sum + inParts(list).length,
    0,
  );
  const total = actions + entries + ordered.size;
  if (total <= limits.transactionActions) return;
  throw new InvalidArgumentError(
    `Outbox: ${actions} actions with the events of ${ordered.size} keys make a transaction of ${total} actions (two for each key, one for events without a key); the most that is possible is ${limits.transactionActions}. Split the transaction.`,
  );
}

function tooSlow(attempts: number, cause: unknown): AbortedError {
  return new AbortedError(
    `Outbox: other writers of the same event keys were faster in each of ${attempts} ${attempts === 1 ? "attempt" : "attempts"}.`,
    { cause },
  );
}
