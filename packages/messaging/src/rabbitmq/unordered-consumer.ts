import type { IncomingMessage } from "../driver/message.ts";
import type { Settlement } from "../driver/settlement.ts";
import { Consumer, type ConsumerDelivery } from "./consumer.ts";
import { retryProperties } from "./message-codec.ts";

/** One queue for all; a message that is to be tried again waits in another queue. */
export class UnorderedConsumer extends Consumer {
  protected readonly returnsSingly: boolean = true;

  protected queues(): readonly string[] {
    return [this.parts.names.queue(this.parts.definition.name)];
  }

  protected prefetch(): number {
    return this.parts.definition.concurrency;
  }

  /** One that comes again while its handler still runs, after a lost connection, waits for that. */
  protected laneOf({ id }: IncomingMessage): string {
    return id;
  }

  protected async handle(delivery: ConsumerDelivery): Promise<void> {
    const free = this.slots.take();
    if (free !== undefined) await free;
    try {
      if (!this.isCurrent(delivery)) return;
      let settlement: Settlement;
      try {
        settlement = await this.parts.receive(delivery.message);
      } catch (error) {
        settlement = await this.afterFault(error);
      }
      if (this.closed) return;
      if (settlement.kind === "done") this.acknowledge(delivery);
      else await this.#settle(delivery, settlement);
    } finally {
      this.slots.give();
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
          properties: retryProperties(message, message.attempt + 1),
        });
        return this.acknowledge(delivery);
      default:
        return this.moveToLetters(delivery, settlement);
    }
  }
}
