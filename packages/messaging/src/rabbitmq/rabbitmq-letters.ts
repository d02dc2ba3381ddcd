import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type {
  LetterBox,
  LetterDecision,
  LetterStore,
  LetterVisitOptions,
  StoredLetter,
} from "../driver/letter-store.ts";
import type { BrokerConnection } from "./broker-connection.ts";
import type { ExistingExchanges } from "./existing-exchange.ts";
import { LetterReader } from "./letter-reader.ts";
import { replayProperties, readLetter } from "./message-codec.ts";
import { partitionOf, type BrokerNames } from "./broker-names.ts";
import type { Publisher } from "./publisher.ts";
import { messageCount, queueExists } from "./topology.ts";

/** The letter boxes as queues. Letters that a visit does not remove go back at its end. */
export class RabbitMqLetters implements LetterStore {
  readonly #connection: BrokerConnection;
  readonly #publisher: Publisher;
  readonly #names: BrokerNames;
  readonly #exchanges: ExistingExchanges;

  constructor(
    connection: BrokerConnection,
    publisher: Publisher,
    names: BrokerNames,
    exchanges: ExistingExchanges,
  ) {
    this.#connection = connection;
    this.#publisher = publisher;
    this.#names = names;
    this.#exchanges = exchanges;
  }

  async count({ subscription, kind }: LetterBox): Promise<number> {
    const queue = this.#names.letterQueue(subscription, kind);
    return (await messageCount(this.#connection, queue)) ?? 0;
  }

  async visit(
    { subscription, kind }: LetterBox,
    decide: (letter: StoredLetter) => LetterDecision | Promise<LetterDecision>,
    { signal }: LetterVisitOptions,
  ): Promise<void> {
    const queue = this.#names.letterQueue(subscription, kind);
    // Only the letters that are there now: a replayed letter may come back during the visit.
    const count = (await messageCount(this.#connection, queue)) ?? 0;
    if (count === 0) return;
    const isOrdered = !(await queueExists(this.#connection, this.#names.queue(subscription)));
    const reader = new LetterReader(() => this.#connection.channel(), queue);
    const close = (): Promise<void> => reader.close((held) => this.#untilBack(queue, held));
    try {
      for (let left = count; left > 0; left--) {
        signal?.throwIfAborted();
        const held = await reader.next();
        if (held === undefined) break;
        const letter = readLetter(held.raw, this.#exchanges);
        const decision = await decide(letter);
        if (decision === "stop") break;
        if (decision === "keep") continue;
        if (decision === "replay") await this.#replay(subscription, isOrdered, letter);
        reader.forget(held);
      }
    } catch (error) {
      await close().catch(() => undefined);
      throw error;
    }
    await close();
  }

  /** Letters of a closed channel are back in their queue a moment later; the next visit has to see them. */
  async #untilBack(queue: string, count: number): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt++) {
      if (((await messageCount(this.#connection, queue)) ?? count) >= count) return;
      await delay(10 + attempt);
    }
  }

  async #replay(subscription: string, isOrdered: boolean, letter: StoredLetter): Promise<void> {
    const partition = partitionOf(letter.key ?? letter.id);
    await this.#publisher.send({
      exchange: "",
      routingKey: isOrdered
        ? this.#names.partitionQueue(subscription, partition)
        : this.#names.queue(subscription),
      body: letter.body,
      properties: replayProperties(letter, randomInt(1, 2 ** 47)),
    });
  }
}
