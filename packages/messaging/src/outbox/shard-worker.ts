import { Turns } from "@plinth/support/turns";
import { Alarm } from "./alarm.ts";
import type { Outage } from "./outage.ts";
import { PublishFailure, type ShardPublisher, type ShardView } from "./shard-publisher.ts";

/** What the workers of a relay have in common. */
export interface ShardWorkerParts {
  /** Milliseconds between two polls. */
  readonly pollInterval: number;
  /** The most, after polls that found nothing. */
  readonly maxPollInterval: number;
  /** Whether queries see every write that was answered. */
  readonly isConsistent: boolean;
  /** Whether the relay still owns its shards. */
  readonly mayGoOn: () => boolean;
  readonly broker: Outage;
  readonly database: Outage;
}

/** How a poll of the shard ended. */
interface Poll {
  readonly hasProgress: boolean;
  /** Milliseconds to leave the shard alone, after a failure. */
  readonly pause?: number | undefined;
}

/** Milliseconds until the second look for what was just written, where the index lags behind. */
const firstRepeat = 20;

/** Publishes what is pending in one shard until it is stopped. */
export class ShardWorker {
  readonly #publisher: ShardPublisher;
  readonly #parts: ShardWorkerParts;
  readonly #alarm = new Alarm();
  /** Its own polls and those of `flush` never run at the same time. */
  readonly #turns = new Turns();
  #isStopped = false;
  #running: Promise<void> | undefined;

  constructor(publisher: ShardPublisher, parts: ShardWorkerParts) {
    this.#publisher = publisher;
    this.#parts = parts;
  }

  /** What it saw of the shard when it last looked. */
  get view(): ShardView {
    return this.#publisher.view;
  }

  /** Counts what is pending, if that is more than it sees at a time. */
  count(): Promise<void> {
    return this.#publisher.count();
  }

  /** Begins to work. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Polls at once. */
  wake(): void {
    this.#alarm.ring();
  }

  /** Ends the work. Resolves when what was under way is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#alarm.ring();
    await this.#running;
    await this.#inTurn(async () => undefined);
  }

  /** Publishes until nothing is pending, and rejects with what goes wrong. */
  async flush(): Promise<void> {
    let hasProgress = true;
    while (hasProgress && this.#mayGoOn()) {
      hasProgress = await this.#inTurn(() => this.#publishPending());
    }
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { pollInterval, maxPollInterval, isConsistent } = this.#parts;
    let interval = pollInterval;
    while (!this.#isStopped) {
      const { hasProgress, pause } = await this.#poll();
      if (pause !== undefined) {
        await this.#rest(pause);
        continue;
      }
      if (hasProgress) {
        interval = pollInterval;
        continue;
      }
      // A lane that the broker refused is tried again without a new event.
      const longest = Math.min(interval, this.#publisher.wait ?? interval);
      const wasWoken = await this.#alarm.sleep(longest);
      // An idle outbox costs less and less. Where the index lags behind, it shows what was just written a
      // moment later.
      if (!wasWoken) interval = Math.min(2 * interval, maxPollInterval);
      else interval = isConsistent ? pollInterval : Math.min(firstRepeat, pollInterval);
    }
  }

  /** Never rejects. */
  async #poll(): Promise<Poll> {
    const { broker, database } = this.#parts;
    try {
      const hasProgress = await this.#inTurn(() =>
        this.#mayGoOn() ? this.#publishPending() : Promise.resolve(false),
      );
      database.succeeded();
      return { hasProgress };
    } catch (error) {
      const pause =
        error instanceof PublishFailure ? broker.failed(error.cause) : database.failed(error);
      return { hasProgress: false, pause };
    }
  }

  /** Leaves the shard alone: new events are no reason to disturb a broker that is away. */
  async #rest(pause: number): Promise<void> {
    const end = performance.now() + pause;
    for (let left = pause; left > 0 && !this.#isStopped; left = end - performance.now()) {
      await this.#alarm.sleep(left);
    }
  }

  #publishPending(): Promise<boolean> {
    return this.#publisher.publishPending(() => this.#mayGoOn());
  }

  #inTurn<R>(body: () => Promise<R>): Promise<R> {
    return this.#turns.take(["poll"], body);
  }

  #mayGoOn(): boolean {
    return !this.#isStopped && this.#parts.mayGoOn();
  }
}
