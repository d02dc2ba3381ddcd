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
   * How often a transaction is tried if other writers of the same event keys are faster. Default: 30.
   */
  readonly attempts?: number | undefined;
}

/** The number of entries in an outbox. */
export interface OutboxBacklog {
  /** Entries to publish. Each has the events of one key, or those without a key, of one write. */
  readonly pending: number;
  /** When the oldest of them was written, in milliseconds since 1970. Absent: there is none. */
  readonly oldest?: number | undefined;
  /** Entries that are set aside; see `Outbox.listSetAside`. */
  readonly setAside: number;
}

const defaultAttempts = 30;
const pauses = { first: 16, max: 400 };

/** One event or several. */
export type Events = AnyDomainEvent | readonly AnyDomainEvent[];

/**
 * Writes events into the database, in the transaction of the records that they are about. An
 * `OutboxRelay`, in this process or another, publishes every event that was written, at least once, and
 * events of one key in the order in which they were written. Also the token under which apps bind it.
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
   * @param database Has the records that the events are about.
   * @param bus Makes the envelopes: source, time, trace and correlation are those of the writer.
   */
  constructor(database: Database, bus: Pick<EventBus, "envelope">, options: OutboxOptions = {}) {
    const { collection, clock = Date.now } = options;
    this.database = database;
    this.records = new OutboxRecords(database, { collection });
    this.#bus = bus;
    this.#clock = clock;
  }

  /** Creates or checks its table; see `open` of a repository. `bindOutbox` calls it at the start. */
  open(): Promise<void> {
    return this.records.open();
  }

  /**
   * Applies writes and stores events in one transaction. Rejects as `Database.transact` does, with `aborted` if
   * other writers of the same keys were faster in every attempt, and with `invalid_argument` if an event
   * could not be published or the transaction has too many actions.
   *
   * The events of a key take two of the transaction's 100 actions, all events without a key take one.
   *
   * @param actions Made by `action` of the repositories. May be empty.
   * @param events What happened, in order. They get the current context.
   * @returns The result of each action, in order.
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
   * Stores events without a record. Takes the same events as `EventBus.publish`, and resolves when they are
   * stored.
   */
  async publish(events: Events, options?: OutboxWriteOptions): Promise<void> {
    await this.transact([], events, options);
  }

  /**
   * Makes the actions that store events, for a transaction of the caller, such as that of
   * `Inbox.once`. They are valid for one attempt: if the transaction rejects with `aborted` or
   * `already_exists`, another writer of the same key may have been faster. Then make them
   * again. `Outbox.transact` and `Inbox.once` do so by themselves.
   */
  async actions(events: Events): Promise<readonly RepositoryAction<unknown>[]> {
    return this.#entries(this.#group(events));
  }

  /** Counts the entries. Costs two reads of an index for each of the eight parts of the outbox, and one more. */
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

  /** Lists entries that could not be published, with the reason: damaged, or refused by the broker. */
  async *listSetAside(): AsyncGenerator<SetAsideEntry, void, undefined> {
    yield* setAsideEntries(this.records);
  }

  /**
   * Makes an entry pending again. Its events follow those of its key that were published meanwhile. Rejects with
   * `not_found` if there is no such entry.
   */
  async restore(id: string): Promise<void> {
    const { record } = await this.records.update(id, (entry) => {
      if (entry.setAsideAt === undefined) return entry;
      const { setAsideAt: _setAsideAt, reason: _reason, ...pending } = entry;
      return { ...pending, shard: shardOfEntry(entry) };
    });
    if (record.shard !== undefined) this.#wake([record.shard]);
  }

  /** Deletes an entry, published or not. */
  async discard(id: string): Promise<void> {
    await this.records.delete(id);
  }

  /**
   * Calls a listener when this process has written events, so that a relay does not wait for its next poll.
   *
   * @param listener Gets the shards.
   * @returns Removes the listener.
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
