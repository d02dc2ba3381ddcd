import { setTimeout as delay } from "node:timers/promises";
import type { Channel, ConsumeMessage } from "amqplib";
import type { IncomingMessage } from "../driver/message.ts";
import type {
  DriverSubscription,
  DriverSubscriptionDefinition,
} from "../driver/messaging-driver.ts";
import type { Settlement } from "../driver/settlement.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { type BrokerConnection, channelClosed, closeChannel } from "./broker-connection.ts";
import { errorCode } from "./error-code.ts";
import type { ExistingExchanges } from "./existing-exchange.ts";
import { Lanes, Slots } from "./lanes.ts";
import { attemptKey, isRepetition, letterProperties, readDelivery } from "./message-codec.ts";
import type { BrokerNames } from "./broker-names.ts";
import type { Publisher } from "./publisher.ts";
import { RecentKeys } from "./recent-keys.ts";

/** What a consumer needs. */
export interface ConsumerParts {
  readonly connection: BrokerConnection;
  /** The one that the broker may block. */
  readonly publishing: BrokerConnection;
  readonly publisher: Publisher;
  readonly names: BrokerNames;
  /** The exchanges of other programs, whose messages have another form. */
  readonly exchanges: ExistingExchanges;
  readonly definition: DriverSubscriptionDefinition;
  readonly receive: (message: IncomingMessage) => Promise<Settlement>;
  /** Creates or checks the queues. */
  readonly declare: () => Promise<void>;
  readonly onError: (raw: unknown) => void;
}

/** The time of one channel. Its deliveries can be acknowledged only on that channel. */
export interface Generation {
  readonly channel: Channel;
  readonly acknowledgements: Acknowledgements;
  readonly tags: string[];
  readonly closed: Promise<void>;
}

/** A message that was delivered and is not settled. */
export interface ConsumerDelivery {
  readonly raw: ConsumeMessage;
  readonly message: IncomingMessage;
  readonly generation: Generation;
  /** The index of its queue. */
  readonly index: number;
}

/** How many settled attempts are remembered, at least. */
const maxSettled = 10_000;
/**
 * How often a message may be returned before a note is written when a handler gets it. The broker counts every
 * return, also of messages that were only fetched by a process that ended. A note for each delivery would cost
 * a write for each; a message that was returned so often may end its process.
 */
export const trustedReturns = 5;
/** Milliseconds before a failed operation is retried. */
const pause = 1_000;
const reconnectPause = 100;
/** Milliseconds for which the first connection is tried while the broker is unstable. */
const patience = 15_000;

/**
 * Consumes the queues of one subscription, on one channel at a time, until it is closed.
 * Its subclasses are for unordered and for ordered subscriptions.
 */
export abstract class Consumer implements DriverSubscription {
  protected readonly parts: ConsumerParts;
  protected readonly slots: Slots;
  /** Aborted when no more handlers are started. */
  protected readonly stopping: AbortController = new AbortController();
  readonly #lanes: Lanes<ConsumerDelivery>;
  /**
   * Attempts that were settled here. One that is delivered again is only acknowledged: its acknowledgement was
   * written into a dead connection, or its publisher had to repeat it.
   */
  readonly #settled = new RecentKeys(maxSettled);
  #generation: Generation | undefined;
  #closed = false;

  constructor(parts: ConsumerParts) {
    this.parts = parts;
    this.slots = new Slots(parts.definition.concurrency);
    this.#lanes = new Lanes((delivery) => this.#work(delivery));
  }

  /** The queues, in the order of their indexes. */
  protected abstract queues(): readonly string[];
  /** How many unsettled messages of each queue the process may hold. */
  protected abstract prefetch(): number;
  /** Messages of one lane are handled one after the other. */
  protected abstract laneOf(message: IncomingMessage): string;
  /** Calls the handler, and settles the message. */
  protected abstract handle(delivery: ConsumerDelivery): Promise<void>;
  /** Whether a message that was not started can be given back alone while draining. */
  protected abstract readonly returnsSingly: boolean;

  /** Begins to consume. Rejects if that is not possible with this definition. */
  async start(): Promise<void> {
    const first = await this.#firstConnect();
    void this.#keepRunning(first);
  }

  get name(): string {
    return this.parts.definition.name;
  }

  /** Whether it no longer takes messages. */
  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Declares its queues and bindings again. */
  rebind(): Promise<void> {
    return this.parts.declare();
  }

  async drain(): Promise<void> {
    this.stopping.abort();
    const generation = this.#generation;
    if (generation !== undefined && this.returnsSingly) {
      const cancels = generation.tags.map((tag) => generation.channel.cancel(tag));
      await Promise.allSettled(cancels);
    }
    await this.#lanes.idle();
    await this.close();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.#closed = true;
    if (this.#generation !== undefined) await this.release(this.#generation);
  }

  /** Called for each generation, before anything is delivered in it. */
  protected async prepare(_generation: Generation): Promise<void> {
    // Nothing by default.
  }

  /** Gives back everything that was delivered in a generation and not settled. */
  protected async release({ channel, acknowledgements }: Generation): Promise<void> {
    acknowledgements.flush();
    await closeChannel(channel);
  }

  /** The settlement of a message whose `receive` rejected: released, after a pause. */
  protected async afterFault(raw: unknown): Promise<Settlement> {
    this.parts.onError(raw);
    await delay(pause, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    return { kind: "release" };
  }

  /** Whether a delivery can still be settled. */
  protected isCurrent({ generation }: ConsumerDelivery): boolean {
    return !this.#closed && generation === this.#generation;
  }

  /** Whether an attempt was settled here, among the latest. */
  protected hasSettled(attempt: string): boolean {
    return this.#settled.has(attempt);
  }

  protected get closed(): boolean {
    return this.#closed;
  }

  /** Acknowledges a message. */
  protected acknowledge(delivery: ConsumerDelivery): void {
    if (this.#closed) return;
    const { generation, raw } = delivery;
    const key = attemptKey(raw);
    if (key !== undefined) this.#settled.add(key);
    if (generation === this.#generation) generation.acknowledgements.add(raw);
  }

  /** Gives a message back at once. */
  protected giveBack({ generation, raw }: ConsumerDelivery): void {
    if (this.#closed || generation !== this.#generation) return;
    try {
      generation.acknowledgements.skip(raw);
      generation.channel.nack(raw, false, true);
    } catch {
      // The channel is closed, and the broker has given its messages back.
    }
  }

  /** Stores a message in a letter box, and then acknowledges it. */
  protected async moveToLetters(
    delivery: ConsumerDelivery,
    settlement: Extract<Settlement, { kind: "dead" | "skip" }>,
  ): Promise<void> {
    const { message } = delivery;
    const kind = settlement.kind === "dead" ? "dead" : "skipped";
    const reason =
      settlement.kind === "dead"
        ? settlement.reason
        : {
            code: "unimplemented" as const,
            message: settlement.reason,
            attempts: message.attempt,
            at: Date.now(),
          };
    await this.parts.publisher.send({
      exchange: "",
      routingKey: this.parts.names.letterQueue(this.parts.definition.name, kind),
      body: message.body,
      properties: letterProperties(message, reason),
    });
    this.acknowledge(delivery);
  }

  async #work(delivery: ConsumerDelivery): Promise<void> {
    if (!this.isCurrent(delivery)) return;
    if (this.#wasSettled(delivery)) {
      this.acknowledge(delivery);
      return;
    }
    if (this.stopping.signal.aborted) {
      if (this.returnsSingly) this.giveBack(delivery);
      return;
    }
    try {
      await this.handle(delivery);
    } catch (error) {
      if (this.#closed) return;
      this.parts.onError(error);
      // A message that could not be settled goes back with its channel; the next one declares the queues again.
      await delay(pause, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      if (this.isCurrent(delivery)) await this.release(delivery.generation);
    }
  }

  #wasSettled({ raw }: ConsumerDelivery): boolean {
    if (!isRepetition(raw)) return false;
    const key = attemptKey(raw);
    return key !== undefined && this.#settled.has(key);
  }

  async #keepRunning(first: Generation): Promise<void> {
    let generation: Generation | undefined = first;
    while (!this.#closed) {
      if (generation !== undefined) {
        await generation.closed;
        await this.release(generation);
      }
      this.#generation = undefined;
      if (this.#closed) return;
      await delay(reconnectPause);
      generation = await this.#connect().catch((error: unknown) => {
        if (!this.#closed && errorCode(error) !== "unavailable") this.parts.onError(error);
        return undefined;
      });
    }
  }

  /**
   * A connection that breaks meanwhile is not a fault of the subscription. The broker was seen to
   * end one when two processes made the same queue at one moment.
   */
  async #firstConnect(): Promise<Generation> {
    const end = performance.now() + patience;
    for (;;) {
      try {
        return await this.#connect();
      } catch (error) {
        const isOver = this.#closed || performance.now() > end;
        if (isOver || errorCode(error) !== "unavailable") throw error;
        await delay(reconnectPause);
      }
    }
  }

  async #connect(): Promise<Generation> {
    await this.parts.declare();
    const channel = await this.parts.connection.channel();
    const closed = channelClosed(channel);
    const acknowledgements = new Acknowledgements(channel);
    const generation: Generation = { channel, acknowledgements, tags: [], closed };
    await this.prepare(generation);
    await channel.prefetch(this.prefetch());
    this.#generation = generation;
    for (const [index, queue] of this.queues().entries()) {
      const { consumerTag } = await channel.consume(queue, (raw) => {
        this.#take(generation, index, raw);
      });
      generation.tags.push(consumerTag);
    }
    // It was closed meanwhile, without this channel.
    if (this.#closed) await this.release(generation);
    return generation;
  }

  #take(generation: Generation, index: number, raw: ConsumeMessage | null): void {
    if (raw === null) {
      // The broker has ended the consumer: its queue was deleted, or has lost its leader.
      void this.release(generation);
      return;
    }
    const message = readDelivery(raw, this.parts.exchanges);
    this.#lanes.add(this.laneOf(message), { raw, message, generation, index });
  }
}
