import type { Channel, ConsumeMessage } from "amqplib";

/**
 * Collects the acknowledgements of one turn of the event loop and sends them at its end: one for all, if no older
 * message is unsettled. Nothing waits for another turn.
 */
export class Acknowledgements {
  readonly #channel: Channel;
  /** The settled tags above `#settledTo`. */
  readonly #settled = new Set<number>();
  /** All messages up to this tag are settled. The broker knows, or is told at the end of the turn. */
  #settledTo = 0;
  #waiting: ConsumeMessage[] = [];

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  add(raw: ConsumeMessage): void {
    this.#waiting.push(raw);
    if (this.#waiting.length === 1) process.nextTick(() => this.flush());
  }

  /** Notes that a message was given back. */
  skip(raw: ConsumeMessage): void {
    this.flush();
    this.#settle(raw.fields.deliveryTag);
  }

  /** Sends what waits. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const raw of waiting) this.#settle(raw.fields.deliveryTag);
    // The broker takes one for all up to a tag only where that tag itself is unsettled there.
    let last: ConsumeMessage | undefined;
    let single = waiting;
    if (waiting.length > 1) {
      single = [];
      for (const each of waiting) {
        const { deliveryTag } = each.fields;
        if (deliveryTag > this.#settledTo) single.push(each);
        else if (last === undefined || deliveryTag > last.fields.deliveryTag) last = each;
      }
    }
    try {
      if (last !== undefined) this.#channel.ack(last, true);
      for (const raw of single) this.#channel.ack(raw);
    } catch {
      // The channel is closed, and its messages are redelivered.
    }
  }

  #settle(tag: number): void {
    this.#settled.add(tag);
    while (this.#settled.delete(this.#settledTo + 1)) this.#settledTo += 1;
  }
}
