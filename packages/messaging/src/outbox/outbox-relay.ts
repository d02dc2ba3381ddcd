import { randomUUID } from "node:crypto";
import type { Logger } from "@plinth/core";
import { InvalidArgumentError, type JsonObject } from "@plinth/core/errors";
import type { EventBus } from "../bus/event-bus.ts";
import { Alarm } from "./alarm.ts";
import { Outage } from "./outage.ts";
import type { Outbox } from "./outbox.ts";
import { RelayMembership } from "./relay-membership.ts";
import { PublishFailure, ShardWorker, type WorkerSurroundings } from "./shard-worker.ts";

/** Options of an {@link OutboxRelay}. */
export interface OutboxRelayOptions {
  /** Names this relay among those of the same outbox. Default: a random UUID. */
  readonly id?: string | undefined;
  /**
   * For how long a relay counts as alive without a word, in milliseconds; then the others take over what
   * it had. It gives word every third of it. Default: 15,000.
   */
  readonly leaseDuration?: number | undefined;
  /**
   * Milliseconds between two looks into the outbox. Events that are written in this process are
   * published at once; this is for those of others. Default: 1,000.
   */
  readonly pollInterval?: number | undefined;
  /**
   * The longest interval in milliseconds: each look that finds nothing doubles it, and the next event
   * brings it back. At least `pollInterval`. Default: five times `pollInterval`.
   */
  readonly maxPollInterval?: number | undefined;
  /** How many entries are read at a time from each of the outbox's eight parts: 1 to 1,000. Default: 100. */
  readonly batchSize?: number | undefined;
  /** Milliseconds to wait for the broker's confirmation before trying again. Default: 10,000. */
  readonly publishTimeout?: number | undefined;
  /**
   * The age of the oldest pending event, in milliseconds, from which on a warning is logged, once a
   * minute. Default: 30,000.
   */
  readonly warnAfter?: number | undefined;
  /** The present, in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** Absent: nothing is logged. */
  readonly logger?: Logger | undefined;
}

/** Sums since the relay was made. */
export interface OutboxRelayCounters {
  /** Events that the broker has confirmed. */
  readonly published: number;
  /** Entries that were removed after that. */
  readonly removed: number;
  /** Entries that were set aside, damaged or refused. */
  readonly setAside: number;
}

/** What a relay sees of its parts of the outbox. */
export interface OutboxRelayStatus extends OutboxRelayCounters {
  readonly id: string;
  /** How many of the outbox's eight parts are this relay's. */
  readonly shards: number;
  /**
   * Entries that are pending in them, as of the last look. Where they are more than a look takes in,
   * they are counted once a minute.
   */
  readonly pending: number;
  /** Age of the oldest of them by the clock of its writer, in milliseconds; 0 where there is none. */
  readonly lag: number;
  /** For how many milliseconds the broker has not taken events. Absent: it takes them. */
  readonly brokerAwayFor?: number;
  /** For how many milliseconds the database has not answered. Absent: it answers. */
  readonly databaseAwayFor?: number;
}

const stockInterval = 60_000;

// Node turns longer timers into 1 ms.
const maxTimerDelay = 2_147_483_647;

/**
 * Publishes what is in an outbox, beside any number of relays in other processes: each has some of its
 * eight parts, and they take over from one that has died. Also the token under which apps bind it.
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
  readonly #membership: RelayMembership;
  readonly #around: WorkerSurroundings;
  readonly #workers = new Map<number, ShardWorker>();
  readonly #alarm = new Alarm();
  readonly #abandoned = new AbortController();
  readonly #leaseDuration: number;
  readonly #warnAfter: number;
  #published = 0;
  #removed = 0;
  #setAside = 0;
  #isStopped = false;
  #stockTakenAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;

  /**
   * Throws `invalid_argument` where an option is out of its range.
   *
   * @param bus publishes the events
   */
  constructor(
    outbox: Outbox,
    bus: Pick<EventBus, "publishEnvelopes">,
    options: OutboxRelayOptions = {},
  ) {
    const { leaseDuration = 15_000, pollInterval = 1000, batchSize = 100 } = options;
    const { maxPollInterval = Math.min(5 * pollInterval, maxTimerDelay) } = options;
    const { publishTimeout = 10_000, warnAfter = 30_000, clock = Date.now, logger } = options;
    checkWhole("leaseDuration", leaseDuration, 100);
    checkWhole("pollInterval", pollInterval, 1, maxTimerDelay);
    checkWhole("maxPollInterval", maxPollInterval, pollInterval, maxTimerDelay);
    checkWhole("batchSize", batchSize, 1, 1000);
    checkWhole("publishTimeout", publishTimeout, 1);
    this.id = options.id ?? randomUUID();
    this.#outbox = outbox;
    this.#leaseDuration = leaseDuration;
    this.#warnAfter = warnAfter;
    const { records, database } = outbox;
    this.#membership = new RelayMembership(records, this.id, leaseDuration, clock);
    const { signal } = this.#abandoned;
    this.#around = {
      records,
      isConsistent: database.driver.capabilities.consistentQueries,
      publish: (envelopes) => bus.publishEnvelopes(envelopes, { signal, timeout: publishTimeout }),
      mayGoOn: () => this.#membership.isValid && !signal.aborted,
      clock,
      logger,
      broker: new Outage("publish events", logger, clock),
      database: new Outage("read the outbox", logger, clock),
      batchSize,
      pollInterval,
      maxPollInterval,
      count: ({ events, removed, setAside }) => {
        this.#published += events;
        this.#removed += removed;
        this.#setAside += setAside;
      },
    };
  }

  /** Sums since it was made; a copy. */
  get counters(): OutboxRelayCounters {
    return { published: this.#published, removed: this.#removed, setAside: this.#setAside };
  }

  /** Joins the other relays and begins to publish. Rejects when the outbox cannot be used. */
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
    const { clock, broker, database } = this.#around;
    const now = clock();
    const views = [...this.#workers.values()].map(({ view }) => view);
    const since = (start: number): number => Math.max(0, now - start);
    return {
      id: this.id,
      shards: this.#workers.size,
      pending: views.reduce((sum, { pending }) => sum + pending, 0),
      lag: Math.max(
        0,
        ...views.flatMap(({ oldest }) => (oldest === undefined ? [] : now - oldest)),
      ),
      ...this.counters,
      ...(broker.since !== undefined && { brokerAwayFor: since(broker.since) }),
      ...(database.since !== undefined && { databaseAwayFor: since(database.since) }),
    };
  }

  /**
   * The status as details of a health check. It never fails for a lag or a broker that is away: the
   * service can write events all the same, and has to stay in reach.
   */
  health(): JsonObject {
    return { ...this.status };
  }

  /**
   * Stops publishing, when what is under way is confirmed, and leaves its parts to the others.
   *
   * @param signal aborted when nobody waits any longer: what is under way is left to itself, and will
   *   be published again
   */
  async drain({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopListening?.();
    this.#alarm.ring();
    const abandon = (): void => this.#abandoned.abort(signal?.reason);
    signal?.addEventListener("abort", abandon, { once: true });
    // A broker that is away would only be waited for in vain.
    if (signal?.aborted === true || this.#around.broker.since !== undefined) abandon();
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
      this.#around.logger?.debug("The outbox relay could not leave its parts to the others.", {
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
    const { database } = this.#around;
    while (!this.#isStopped) {
      await this.#alarm.sleep((this.#leaseDuration / 3) * (0.8 + 0.2 * Math.random()));
      if (this.#isStopped) return;
      try {
        await this.#renew();
        await this.#takeStock();
      } catch (error) {
        database.failed(error);
      }
    }
  }

  async #renew(): Promise<void> {
    const held = [...this.#workers.keys()];
    const own = await this.#membership.renew(held, (shards) => this.#stop(shards));
    await this.#stop([...this.#workers.keys()].filter((shard) => !own.includes(shard)));
    const taken = own.filter((shard) => !this.#workers.has(shard));
    for (const shard of taken) {
      const worker = new ShardWorker(shard, this.#around);
      this.#workers.set(shard, worker);
      worker.start();
    }
    if (taken.length > 0) {
      const { id, logger } = { id: this.id, logger: this.#around.logger };
      logger?.info("The outbox relay took parts of the outbox.", { relay: id, shards: taken });
    }
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

  /** What costs reads, or makes noise, is done once a minute. */
  async #takeStock(): Promise<void> {
    const { clock, logger } = this.#around;
    const now = clock();
    const workers = [...this.#workers.values()];
    const isBehind = workers.some(({ view }) => view.hasMore) || this.status.lag >= this.#warnAfter;
    if (!isBehind || now - this.#stockTakenAt < stockInterval) return;
    this.#stockTakenAt = now;
    for (const worker of workers) await worker.count();
    const { lag, pending } = this.status;
    if (lag < this.#warnAfter) return;
    logger?.warn("Events wait in the outbox.", { relay: this.id, lag, pending });
  }
}

function checkWhole(
  option: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new InvalidArgumentError(
    `OutboxRelay: ${option} must be a whole number ${range}, and is ${value}.`,
  );
}
