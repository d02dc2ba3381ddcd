import { randomUUID } from "node:crypto";
import type { Logger } from "@plinth/core";
import type { JsonObject } from "@plinth/core/errors";
import type { EventBus } from "../bus/event-bus.ts";
import { Alarm } from "./alarm.ts";
import { Outage } from "./outage.ts";
import type { Outbox } from "./outbox.ts";
import { RelayMembership } from "./relay-membership.ts";
import { type OutboxRelayOptions, relaySettings, type RelaySettings } from "./relay-settings.ts";
import { type OutboxRelayCounters, RelayTally } from "./relay-tally.ts";
import { SetAsideWriter } from "./set-aside-entry.ts";
import { PublishFailure, ShardPublisher, type ShardPublisherParts } from "./shard-publisher.ts";
import { ShardWorker } from "./shard-worker.ts";

/** What a relay sees of its parts of the outbox. */
export interface OutboxRelayStatus extends OutboxRelayCounters {
  readonly id: string;
  /** How many of the outbox's eight parts this relay owns. */
  readonly shards: number;
  /**
   * Entries that are pending in them, as of the last poll. If there are more than a poll reads, they are
   * counted once a minute.
   */
  readonly pending: number;
  /** Age of the oldest of them by the clock of its writer, in milliseconds; 0 if there is none. */
  readonly lag: number;
  /** For how many milliseconds the broker has accepted nothing. Absent: it accepts events. */
  readonly brokerAwayFor?: number;
  /** For how many milliseconds the database has not answered. Absent: it answers. */
  readonly databaseAwayFor?: number;
}

const stockInterval = 60_000;

/**
 * Publishes what is in an outbox, beside any number of relays in other processes: each owns some of its
 * eight parts, and they take over the parts of one that died. Also the token under which apps bind it.
 */
export class OutboxRelay {
  static {
    // Tells the check of an app's bindings how it is bound.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (): string => "bindOutboxRelay(...)",
    });
  }

  readonly id: string;
  readonly #outbox: Outbox;
  readonly #settings: RelaySettings;
  readonly #clock: () => number;
  readonly #logger: Logger | undefined;
  readonly #membership: RelayMembership;
  readonly #broker: Outage;
  readonly #database: Outage;
  readonly #tally = new RelayTally();
  readonly #publishing: ShardPublisherParts;
  readonly #workers = new Map<number, ShardWorker>();
  readonly #alarm = new Alarm();
  readonly #abandoned = new AbortController();
  #isStopped = false;
  #stockTakenAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;

  /**
   * Throws a `DeclarationError` if an option is out of its range.
   *
   * @param bus Publishes the events.
   */
  constructor(
    outbox: Outbox,
    bus: Pick<EventBus, "publishEnvelopes">,
    options: OutboxRelayOptions = {},
  ) {
    const { id = randomUUID(), clock = Date.now, logger } = options;
    const settings = relaySettings(options);
    const { records, database } = outbox;
    this.id = id;
    this.#outbox = outbox;
    this.#settings = settings;
    this.#clock = clock;
    this.#logger = logger;
    this.#membership = new RelayMembership(records, id, settings.leaseDuration, clock);
    this.#broker = new Outage("publish events", logger, clock);
    this.#database = new Outage("read the outbox", logger, clock);
    const publishOptions = { signal: this.#abandoned.signal, timeout: settings.publishTimeout };
    this.#publishing = {
      records,
      isConsistent: database.driver.capabilities.consistentQueries,
      batchSize: settings.batchSize,
      publish: (envelopes) => bus.publishEnvelopes(envelopes, publishOptions),
      broker: this.#broker,
      setAside: new SetAsideWriter(records, clock, logger),
      tally: this.#tally,
    };
  }

  /** Sums since it was made; a copy. */
  get counters(): OutboxRelayCounters {
    return this.#tally.counters;
  }

  /** Joins the other relays and begins to publish. Rejects if the outbox cannot be used. */
  async start(): Promise<void> {
    if (this.#running !== undefined || this.#isStopped) return;
    await this.#outbox.open();
    await this.#renew();
    this.#stopListening = this.#outbox.onWritten((shards) => {
      for (const shard of shards) this.#workers.get(shard)?.wake();
    });
    this.#running = this.#run();
  }

  /**
   * Publishes what is pending in this relay's parts of the outbox, and resolves when nothing is.
   * Rejects with what goes wrong. For tests, and for a process that is about to end.
   */
  async flush(): Promise<void> {
    try {
      await Promise.all([...this.#workers.values()].map((worker) => worker.flush()));
    } catch (error) {
      throw error instanceof PublishFailure ? error.cause : error;
    }
  }

  /** What it sees of its parts of the outbox. Reads nothing. */
  get status(): OutboxRelayStatus {
    const now = this.#clock();
    const views = [...this.#workers.values()].map(({ view }) => view);
    const ages = views.flatMap(({ oldest }) => (oldest === undefined ? [] : now - oldest));
    const [broker, database] = [this.#broker.since, this.#database.since];
    return {
      id: this.id,
      shards: this.#workers.size,
      pending: views.reduce((sum, { pending }) => sum + pending, 0),
      lag: Math.max(0, ...ages),
      ...this.counters,
      ...(broker !== undefined && { brokerAwayFor: Math.max(0, now - broker) }),
      ...(database !== undefined && { databaseAwayFor: Math.max(0, now - database) }),
    };
  }

  /**
   * The status as details of a health check. Neither a lag nor an unreachable broker makes it fail: the
   * service can still write events, and has to stay reachable.
   */
  health(): JsonObject {
    return { ...this.status };
  }

  /**
   * Stops publishing once what is under way is confirmed, and gives its parts of the outbox to the other
   * relays.
   *
   * @param signal When it is aborted, the relay no longer waits: what is under way will be published again.
   */
  async drain({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopListening?.();
    this.#alarm.ring();
    const abandon = (): void => this.#abandoned.abort(signal?.reason);
    signal?.addEventListener("abort", abandon, { once: true });
    // A broker that is away would confirm nothing.
    if (signal?.aborted === true || this.#broker.since !== undefined) abandon();
    try {
      await this.#running;
      await this.#stop([...this.#workers.keys()]);
    } finally {
      signal?.removeEventListener("abort", abandon);
    }
    if (this.#running === undefined) return;
    try {
      await this.#membership.leave();
    } catch (error) {
      this.#logger?.debug("The outbox relay could not give its parts to the other relays.", {
        error,
      });
    }
  }

  /** Stops at once. What is under way will be published again. Safe to repeat. */
  async close(): Promise<void> {
    this.#abandoned.abort();
    await this.drain();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    while (!this.#isStopped) {
      await this.#alarm.sleep((this.#settings.leaseDuration / 3) * (0.8 + 0.2 * Math.random()));
      if (this.#isStopped) return;
      try {
        await this.#renew();
        await this.#takeStock();
      } catch (error) {
        this.#database.failed(error);
      }
    }
  }

  async #renew(): Promise<void> {
    const held = [...this.#workers.keys()];
    const own = await this.#membership.renew(held, (shards) => this.#stop(shards));
    await this.#stop([...this.#workers.keys()].filter((shard) => !own.includes(shard)));
    const taken = own.filter((shard) => !this.#workers.has(shard));
    for (const shard of taken) {
      const worker = this.#createWorker(shard);
      this.#workers.set(shard, worker);
      worker.start();
    }
    if (taken.length === 0) return;
    const fields = { relay: this.id, shards: taken };
    this.#logger?.info("The outbox relay took parts of the outbox.", fields);
  }

  #createWorker(shard: number): ShardWorker {
    const { pollInterval, maxPollInterval } = this.#settings;
    return new ShardWorker(new ShardPublisher(shard, this.#publishing), {
      pollInterval,
      maxPollInterval,
      isConsistent: this.#publishing.isConsistent,
      mayGoOn: () => this.#membership.isValid && !this.#abandoned.signal.aborted,
      broker: this.#broker,
      database: this.#database,
    });
  }

  async #stop(shards: readonly number[]): Promise<void> {
    await Promise.all(
      shards.map(async (shard) => {
        const worker = this.#workers.get(shard);
        this.#workers.delete(shard);
        await worker?.stop();
      }),
    );
  }

  /** At most once a minute: it costs reads, and logs. */
  async #takeStock(): Promise<void> {
    const { warnAfter } = this.#settings;
    const now = this.#clock();
    const workers = [...this.#workers.values()];
    const isBehind = workers.some(({ view }) => view.hasMore) || this.status.lag >= warnAfter;
    if (!isBehind || now - this.#stockTakenAt < stockInterval) return;
    this.#stockTakenAt = now;
    for (const worker of workers) await worker.count();
    const { lag, pending } = this.status;
    if (lag < warnAfter) return;
    this.#logger?.warn("Events wait in the outbox.", { relay: this.id, lag, pending });
  }
}
