import type { IncomingMessage } from "../driver/message.ts";
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
    await this.slots.take();
    try {
      if (this.isCurrent(delivery)) await this.#handle(delivery);
    } finally {
      this.slots.give();
    }
  }

  async #handle(delivery: ConsumerDelivery): Promise<void> {
    const { message } = delivery;
    const settlement = await this.receive(message);
    if (this.closed) return;
    switch (settlement.kind) {
      case "done":
        return this.acknowledge(delivery);
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
