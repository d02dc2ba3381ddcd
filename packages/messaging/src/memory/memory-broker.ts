import { FailedPreconditionError } from "@plinth/core/errors";
import { race } from "@plinth/support/race";
import type { LetterBox } from "../driver/letter-store.ts";
import type { OutgoingMessage } from "../driver/message.ts";
import { MemoryQueue } from "./memory-queue.ts";

/** A connection of a driver, as the broker sees it. */
export interface BrokerClient {
  /** The connection broke, and nothing of it is left. */
  interrupted(reason: Error): void;
  /** The broker can be reached. */
  restored(): void;
}

/**
 * A broker in this process, which several drivers can share like a server. Its messages are lost with the
 * process.
 */
export class MemoryBroker {
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #clients = new Set<BrokerClient>();
  readonly #waiting: (() => void)[] = [];
  #running = true;

  /** Whether it takes connections. */
  get running(): boolean {
    return this.#running;
  }

  /** Breaks all connections and accepts none, like a stopped server. Keeps its messages. */
  stop(): void {
    this.#running = false;
    for (const client of this.#clients) client.interrupted(new Error("The broker was stopped."));
  }

  /** Accepts connections again. The drivers reconnect by themselves. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const client of this.#clients) client.restored();
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Breaks all connections once. What was delivered over them and not settled is redelivered. */
  interrupt(): void {
    this.stop();
    this.start();
  }

  /** Connects a driver. */
  connect(client: BrokerClient): void {
    this.#clients.add(client);
  }

  /** Forgets a driver. */
  disconnect(client: BrokerClient): void {
    this.#clients.delete(client);
  }

  /** Resolves when the broker accepts connections; rejects with the signal's reason. */
  async whenRunning(signal: AbortSignal): Promise<void> {
    while (!this.#running) {
      await race({ signal }, () => new Promise<void>((resolve) => this.#waiting.push(resolve)));
    }
  }

  /** Copies messages to every queue that has their type. */
  accept(messages: readonly OutgoingMessage[]): void {
    for (const message of messages) {
      for (const queue of this.#queues.values()) {
        if (queue.types.has(message.type)) queue.add(message);
      }
    }
  }

  /**
   * The queue of a subscription, which it creates if there is none. Throws `failed_precondition` if the queue
   * exists and keeps order, but is declared without, or the reverse.
   */
  declare(name: string, ordered: boolean): MemoryQueue {
    const known = this.#queues.get(name);
    if (known === undefined) {
      const made = this.createQueue(ordered);
      this.#queues.set(name, made);
      return made;
    }
    if (known.ordered === ordered) return known;
    throw new FailedPreconditionError(
      `Subscription "${name}" exists and is ${known.ordered ? "" : "not "}ordered, which cannot be changed: give this one another name.`,
    );
  }

  /** The queue of a letter box; `undefined` if there is none. */
  queueOf({ subscription }: LetterBox): MemoryQueue | undefined {
    return this.#queues.get(subscription);
  }

  /**
   * Resolves when no subscription delivers anything or could: every published message is settled, waits for
   * its retry, or has no consumer.
   */
  async idle(): Promise<void> {
    let queues: readonly MemoryQueue[];
    do {
      queues = [...this.#queues.values()];
      for (const queue of queues) await queue.idle();
      // A handler may have published to a queue that was idle before.
    } while (!queues.every((queue) => queue.isIdle) || queues.length < this.#queues.size);
  }

  /** Makes a queue. */
  protected createQueue(ordered: boolean): MemoryQueue {
    return new MemoryQueue(ordered);
  }
}
