import { setTimeout as delay } from "node:timers/promises";
import type { IncomingMessage } from "../driver/message.ts";
import type { Settlement } from "../driver/settlement.ts";
import { Consumer, type ConsumerDelivery } from "./consumer.ts";
import { partitions } from "./names.ts";

/** How many messages of a partition may be here: so many of one key can wait without blocking others. */
const window = 100;

/**
 * A queue for each partition, of which the broker gives every message to one consumer at a time. A
 * message that is to be tried again stays here unsettled, and what follows it in its lane waits.
 */
export class OrderedConsumer extends Consumer {
  /** Given back singly, a message could be overtaken by its successors. */
  protected readonly returnsSingly: boolean = false;

  protected queues(): readonly string[] {
    const { names, definition } = this.parts;
    return Array.from({ length: partitions }, (_, partition) =>
      names.partitionQueue(definition.name, partition),
    );
  }

  protected prefetch(): number {
    return Math.max(window, this.parts.definition.concurrency);
  }

  protected laneOf({ id, key }: IncomingMessage): string {
    return key === undefined ? `id ${id}` : `key ${key}`;
  }

  protected async handle(delivery: ConsumerDelivery): Promise<void> {
    let { attempt, redelivered } = delivery.message;
    const { signal } = this.stopping;
    for (;;) {
      const settlement = await this.#receive(delivery, attempt, redelivered);
      if (settlement === undefined || this.closed) return;
      if (settlement.kind === "done") return this.acknowledge(delivery);
      if (settlement.kind === "dead" || settlement.kind === "skip") {
        return this.moveToLetters(delivery, settlement);
      }
      redelivered = true;
      if (settlement.kind === "release") continue;
      attempt++;
      await delay(settlement.delay, undefined, { signal }).catch(() => undefined);
    }
  }

  /** `undefined` where the message is not to be started any more, or comes again elsewhere. */
  async #receive(
    delivery: ConsumerDelivery,
    attempt: number,
    redelivered: boolean,
  ): Promise<Settlement | undefined> {
    await this.slots.take();
    try {
      if (!this.isCurrent(delivery) || this.stopping.signal.aborted) return undefined;
      const { message } = delivery;
      const body = Uint8Array.from(message.body);
      return await this.receive({ ...message, body, attempt, redelivered });
    } finally {
      this.slots.give();
    }
  }
}
