import {
  CancelledError,
  FailedPreconditionError,
  isServiceError,
  UnavailableError,
  type ErrorCode,
} from "@plinth/core/errors";
import { race } from "@plinth/support/race";
import type { LetterStore } from "../driver/letter-store.ts";
import type { IncomingMessage, OutgoingMessage } from "../driver/message.ts";
import type {
  DriverSubscription,
  DriverSubscriptionDefinition,
  MessagingCapabilities,
  MessagingDriver,
  OpenOptions,
  PublishCallOptions,
} from "../driver/messaging-driver.ts";
import type { Settlement } from "../driver/settlement.ts";
import { type BrokerClient, MemoryBroker } from "./memory-broker.ts";
import { MemoryConsumer } from "./memory-consumer.ts";
import type { MemoryQueue } from "./memory-queue.ts";

/** Options of {@link memoryMessaging}. */
export interface MemoryMessagingOptions {
  /** The broker. Drivers with the same one share its messages. Default: a new broker. */
  readonly broker?: MemoryBroker | undefined;
}

/** A driver that knows when nothing is delivered any more, which a remote broker cannot tell. */
export interface MemoryMessagingDriver extends MessagingDriver {
  /** See {@link MemoryBroker.idle}. */
  idle(): Promise<void>;
}

/**
 * A driver that keeps messages in this process, with the semantics of a real broker: for tests, and for
 * running on a laptop. Its messages are lost with the process, and it does not bound how many of them
 * subscriptions without consumers collect.
 *
 * It waits only with `setTimeout`, so that fake timers control it.
 */
export function memoryMessaging(options: MemoryMessagingOptions = {}): MemoryMessagingDriver {
  return new MemoryMessaging(options.broker ?? new MemoryBroker());
}

class MemorySubscription implements DriverSubscription {
  readonly #queue: MemoryQueue;
  readonly #create: () => MemoryConsumer;
  #consumer: MemoryConsumer;
  #ended = false;

  constructor(queue: MemoryQueue, create: () => MemoryConsumer) {
    this.#queue = queue;
    this.#create = create;
    this.#consumer = create();
    queue.addConsumer(this.#consumer);
  }

  async drain(): Promise<void> {
    this.#ended = true;
    this.#queue.removeConsumer(this.#consumer);
    await this.#consumer.idle();
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.lose();
  }

  /** The connection is gone. */
  lose(): void {
    this.#queue.removeConsumer(this.#consumer);
    this.#consumer.lose();
  }

  /** The connection is back. */
  restore(): void {
    if (this.#ended) return;
    this.#consumer = this.#create();
    this.#queue.addConsumer(this.#consumer);
  }
}

/** The driver behind {@link memoryMessaging}. */
export class MemoryMessaging implements MemoryMessagingDriver, BrokerClient {
  readonly name = "Memory";
  readonly capabilities: MessagingCapabilities = {
    durable: false,
    ordered: true,
    letters: true,
    lostDeliveries: true,
  };
  readonly letters: LetterStore = {
    visit: async (box, decide, options) => {
      this.#check();
      await this.#broker.queueOf(box)?.visit(box.kind, decide, options);
    },
    count: async (box) => {
      this.#check();
      return this.#broker.queueOf(box)?.letters[box.kind].count ?? 0;
    },
  };
  readonly #broker: MemoryBroker;
  readonly #subscriptions = new Set<MemorySubscription>();
  readonly #closing = new AbortController();
  #options: OpenOptions | undefined;

  constructor(broker: MemoryBroker) {
    this.#broker = broker;
  }

  async open(options: OpenOptions): Promise<void> {
    if (this.#options !== undefined || this.#closing.signal.aborted) {
      throw new FailedPreconditionError("The driver is open already, or closed.");
    }
    if (!this.#broker.running) throw new UnavailableError("The broker is stopped.");
    this.#options = options;
    this.#broker.connect(this);
    options.onConnection({ kind: "connected" });
  }

  async publish(
    messages: readonly OutgoingMessage[],
    { signal }: PublishCallOptions,
  ): Promise<void> {
    signal?.throwIfAborted();
    this.#check(false);
    if (!this.#broker.running) {
      const { signal: closing } = this.#closing;
      await race({ signal }, () => this.#broker.whenRunning(closing));
    }
    this.#broker.accept(messages);
  }

  async subscribe(
    definition: DriverSubscriptionDefinition,
    receive: (message: IncomingMessage) => Promise<Settlement>,
  ): Promise<DriverSubscription> {
    this.#check();
    const { name, ordered, types, concurrency } = definition;
    const queue = this.#broker.declare(name, ordered);
    for (const type of types) queue.types.add(type);
    const create = (): MemoryConsumer => this.createConsumer(concurrency, receive);
    const subscription = new MemorySubscription(queue, create);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  errorCode(raw: unknown): ErrorCode | undefined {
    return isServiceError(raw) ? raw.code : undefined;
  }

  idle(): Promise<void> {
    return this.#broker.idle();
  }

  async ping(): Promise<void> {
    this.#check();
  }

  async close(): Promise<void> {
    this.#closing.abort(new CancelledError("The driver was closed."));
    this.#broker.disconnect(this);
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
  }

  interrupted(reason: Error): void {
    for (const subscription of this.#subscriptions) subscription.lose();
    this.#options?.onConnection({ kind: "disconnected", reason });
  }

  restored(): void {
    for (const subscription of this.#subscriptions) subscription.restore();
    this.#options?.onConnection({ kind: "connected" });
  }

  /** Makes the consumer of a subscription on this connection. */
  protected createConsumer(
    concurrency: number,
    receive: (message: IncomingMessage) => Promise<Settlement>,
  ): MemoryConsumer {
    return new MemoryConsumer(concurrency, receive);
  }

  #check(connected = true): void {
    if (this.#options === undefined || this.#closing.signal.aborted) {
      throw new FailedPreconditionError("The driver is not open.");
    }
    if (connected && !this.#broker.running) throw new UnavailableError("The broker is stopped.");
  }
}
