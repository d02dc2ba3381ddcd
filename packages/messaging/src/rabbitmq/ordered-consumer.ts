import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import type { IncomingMessage } from "../driver/message.ts";
import type { Settlement } from "../driver/settlement.ts";
import { AttemptNotes } from "./attempt-notes.ts";
import { Consumer, type ConsumerDelivery, type Generation, trustedReturns } from "./consumer.ts";
import { partitions } from "./broker-names.ts";

/** How many messages of a partition are fetched: so many of one key can wait without blocking other keys. */
const window = 100;

/**
 * Consumes one queue for each partition; the broker gives a partition to one consumer at a time. A
 * message that waits for a retry stays in this process, unsettled, and the messages behind it in its lane wait.
 */
export class OrderedConsumer extends Consumer {
  /** Given back alone, a message could be overtaken by its successors. */
  protected readonly returnsSingly: boolean = false;

  readonly #notes = new WeakMap<Generation, AttemptNotes>();

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

  /** Notes before messages: the next consumer of the messages looks for their notes. */
  protected override async release(generation: Generation): Promise<void> {
    await this.#notes.get(generation)?.close();
    await super.release(generation);
  }

  protected async handle(delivery: ConsumerDelivery): Promise<void> {
    const { message, generation, index } = delivery;
    const notes = this.#notesOf(generation);
    let { attempt, redelivered } = message;
    let handed = 0;
    if (redelivered) {
      const note = await notes.find(index, message.id);
      if (note !== undefined) {
        ({ attempt, handed } = note);
        await this.#until(note.notBefore);
      }
    }
    const returns = message.lostDeliveries ?? 0;
    const lostDeliveries = Math.min(returns, trustedReturns) + handed;
    let isNoted = returns < trustedReturns;
    const noteHanding = async (): Promise<void> => {
      if (isNoted) return;
      isNoted = true;
      handed++;
      await notes.write(index, message.id, { attempt, notBefore: 0, handed });
    };
    for (;;) {
      const handing = { attempt, redelivered, lostDeliveries };
      const settlement = await this.#receive(delivery, handing, noteHanding);
      if (settlement === undefined || this.closed) return;
      redelivered = true;
      if (settlement.kind === "release") {
        // At once, but in another turn of the event loop.
        await turn();
        // Its handler ended: the message does not end the process.
        if (returns >= trustedReturns) {
          handed--;
          isNoted = false;
          await notes.rewrite(index, message.id, { attempt, notBefore: 0, handed });
        }
        continue;
      }
      if (settlement.kind === "retry") {
        attempt++;
        const notBefore = Date.now() + settlement.delay;
        await notes.write(index, message.id, { attempt, notBefore, handed });
        await this.#until(notBefore);
        continue;
      }
      if (settlement.kind === "done") this.acknowledge(delivery);
      else await this.moveToLetters(delivery, settlement);
      if (attempt > 1 || handed > 0) await notes.erase(index, message.id);
      return;
    }
  }

  #notesOf(generation: Generation): AttemptNotes {
    const known = this.#notes.get(generation);
    if (known !== undefined) return known;
    const { connection, publisher, names, definition } = this.parts;
    const made = new AttemptNotes(connection, publisher, names, definition.name);
    this.#notes.set(generation, made);
    return made;
  }

  /** At most as long as the longest delay: the clock of another process may be wrong. */
  async #until(time: number): Promise<void> {
    const longest = Math.max(0, ...this.parts.definition.retryDelays);
    const { signal } = this.stopping;
    for (let left = time - Date.now(); left > 0 && !signal.aborted; left = time - Date.now()) {
      // A timer may fire a moment early.
      const wait = Math.max(1, Math.min(left, longest));
      await delay(wait, undefined, { signal }).catch(() => undefined);
      if (left > longest) return;
    }
  }

  /** `undefined` if the message must not start any more, or will be redelivered. */
  async #receive(
    delivery: ConsumerDelivery,
    handing: Pick<IncomingMessage, "attempt" | "redelivered" | "lostDeliveries">,
    noteHanding: () => Promise<void>,
  ): Promise<Settlement | undefined> {
    const free = this.slots.take();
    if (free !== undefined) await free;
    try {
      if (!this.isCurrent(delivery) || this.stopping.signal.aborted) return undefined;
      await noteHanding();
      const { message } = delivery;
      const body = Uint8Array.from(message.body);
      return await this.parts.receive({ ...message, ...handing, body });
    } catch (error) {
      return await this.afterFault(error);
    } finally {
      this.slots.give();
    }
  }
}
