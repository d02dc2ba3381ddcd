import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type {
  LetterBox,
  LetterDecision,
  LetterStore,
  LetterVisitOptions,
  StoredLetter,
} from "../driver/letter-store.ts";
import { type BrokerConnection, closeChannel } from "./broker-connection.ts";
import { replayProperties, readLetter } from "./message-codec.ts";
import { partitionOf, type BrokerNames } from "./names.ts";
import type { Publisher } from "./publisher.ts";
import { messageCount, queueExists } from "./topology.ts";

/** The letter boxes as queues. What a visit does not remove goes back when its channel is closed. */
export class RabbitMqLetters implements LetterStore {
  readonly #connection: BrokerConnection;
  readonly #publisher: Publisher;
  readonly #names: BrokerNames;

  constructor(connection: BrokerConnection, publisher: Publisher, names: BrokerNames) {
    this.#connection = connection;
    this.#publisher = publisher;
    this.#names = names;
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
    // Only what is there now: a replayed letter may come back while we are still at it.
    const count = (await messageCount(this.#connection, queue)) ?? 0;
    if (count === 0) return;
    const isOrdered = !(await queueExists(this.#connection, this.#names.queue(subscription)));
    const channel = await this.#connection.channel();
    let held = 0;
    try {
      for (let left = count; left > 0; left--) {
        signal?.throwIfAborted();
        const raw = await channel.get(queue);
        if (raw === false) return;
        held++;
        const letter = readLetter(raw);
        const decision = await decide(letter);
        if (decision === "stop") return;
        if (decision === "keep") continue;
        if (decision === "replay") await this.#replay(subscription, isOrdered, letter);
        channel.ack(raw);
        held--;
      }
    } finally {
      await closeChannel(channel);
      await this.#untilBack(queue, held);
    }
  }

  /** What a closed channel had held is in its queue again a moment later: the next visit sees it. */
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
