import type { IncomingMessage } from "../driver/message.ts";
import type { Settlement } from "../driver/settlement.ts";
import { AttemptNotes } from "./attempt-notes.ts";
import { Consumer, type ConsumerDelivery, type Generation, trustedReturns } from "./consumer.ts";
import { attemptKey, isRepeatedByPublisher, retryProperties } from "./message-codec.ts";
import { SettledElsewhere } from "./settled-elsewhere.ts";

/** Consumes one queue. A message that waits for a retry is in another queue. */
export class UnorderedConsumer extends Consumer {
  protected readonly returnsSingly: boolean = true;

  readonly #elsewhere = new WeakMap<Generation, SettledElsewhere>();
  /** Attempts that are here and not settled. */
  readonly #handling = new Set<string>();

  protected queues(): readonly string[] {
    return [this.parts.names.queue(this.parts.definition.name)];
  }

  protected prefetch(): number {
    return this.parts.definition.concurrency;
  }

  /** A message that is redelivered after a lost connection waits for its handler that still runs. */
  protected laneOf({ id }: IncomingMessage): string {
    return id;
  }

  protected override async prepare(generation: Generation): Promise<void> {
    const { connection, publishing, names, definition } = this.parts;
    const elsewhere = await SettledElsewhere.open({
      consuming: connection,
      publishing,
      names,
      subscription: definition.name,
      hasSettled: (attempt) => this.hasSettled(attempt),
      isHandling: (attempt) => this.#handling.has(attempt),
    });
    this.#elsewhere.set(generation, elsewhere);
  }

  protected override async release(generation: Generation): Promise<void> {
    await super.release(generation);
    await this.#elsewhere.get(generation)?.close();
  }

  protected async handle(delivery: ConsumerDelivery): Promise<void> {
    const attempt = attemptKey(delivery.raw);
    if (attempt === undefined) return this.#handleHere(delivery);
    // Rare: its publisher had to send it again.
    if (isRepeatedByPublisher(delivery.raw)) {
      const elsewhere = this.#elsewhere.get(delivery.generation);
      if (await elsewhere?.has(attempt, this.stopping.signal)) return this.acknowledge(delivery);
      if (this.isStopping) return this.giveBack(delivery);
    }
    this.#handling.add(attempt);
    try {
      await this.#handleHere(delivery);
    } finally {
      this.#handling.delete(attempt);
    }
  }

  async #handleHere(delivery: ConsumerDelivery): Promise<void> {
    const free = this.slots.take();
    if (free !== undefined) await free;
    try {
      if (!this.isCurrent(delivery)) return;
      const { message } = delivery;
      if ((message.lostDeliveries ?? 0) < trustedReturns) await this.#handOver(delivery, message);
      else await this.#handNoted(delivery);
    } finally {
      this.slots.give();
    }
  }

  async #handOver(delivery: ConsumerDelivery, message: IncomingMessage): Promise<Settlement> {
    let settlement: Settlement;
    try {
      settlement = await this.parts.receive(message);
    } catch (error) {
      settlement = await this.afterFault(error);
    }
    if (this.closed) return settlement;
    if (settlement.kind === "done") this.acknowledge(delivery);
    else await this.#settle(delivery, settlement);
    return settlement;
  }

  /** Keeps a note, while the handler runs, that it has a message that was returned often. */
  async #handNoted(delivery: ConsumerDelivery): Promise<void> {
    const { message } = delivery;
    const { id, attempt } = message;
    const before = await this.#withNotes(async (notes) => {
      const handed = (await notes.find(0, id))?.handed ?? 0;
      await notes.write(0, id, { attempt, notBefore: 0, handed: handed + 1 });
      return handed;
    });
    if (!this.isCurrent(delivery)) return;
    const lostDeliveries = trustedReturns + before;
    const { kind } = await this.#handOver(delivery, { ...message, lostDeliveries });
    if (this.closed) return;
    const handed = kind === "release" ? before : 0;
    await this.#withNotes((notes) => notes.rewrite(0, id, { attempt: 1, notBefore: 0, handed }));
  }

  /** Holds the notes only for a moment: other processes need the same ones. */
  async #withNotes<R>(body: (notes: AttemptNotes) => Promise<R>): Promise<R> {
    const { connection, publisher, names, definition } = this.parts;
    const notes = new AttemptNotes(connection, publisher, names, definition.name);
    try {
      return await body(notes);
    } finally {
      await notes.close();
    }
  }

  async #settle(
    delivery: ConsumerDelivery,
    settlement: Exclude<Settlement, { kind: "done" }>,
  ): Promise<void> {
    const { message } = delivery;
    switch (settlement.kind) {
      case "release":
        return this.giveBack(delivery);
      case "retry":
        await this.parts.publisher.send({
          exchange: "",
          routingKey: this.parts.names.retryQueue(this.parts.definition.name, settlement.delay),
          body: message.body,
          properties: retryProperties(message, message.attempt + 1, delivery.raw),
        });
        return this.acknowledge(delivery);
      default:
        return this.moveToLetters(delivery, settlement);
    }
  }
}
