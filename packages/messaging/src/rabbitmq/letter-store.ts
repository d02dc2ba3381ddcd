import type {
  LetterBox,
  LetterDecision,
  LetterStore,
  LetterVisitOptions,
  StoredLetter,
} from "../driver/letter-store.ts";
import { type BrokerConnection, closeChannel } from "./broker-connection.ts";
import { propertiesOf, readLetter } from "./message-codec.ts";
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
    let left = (await messageCount(this.#connection, queue)) ?? 0;
    if (left === 0) return;
    const channel = await this.#connection.channel();
    try {
      for (; left > 0; left--) {
        signal?.throwIfAborted();
        const raw = await channel.get(queue);
        if (raw === false) return;
        const letter = readLetter(raw);
        const decision = await decide(letter);
        if (decision === "stop") return;
        if (decision === "replay") await this.#replay(subscription, letter);
        if (decision !== "keep") channel.ack(raw);
      }
    } finally {
      await closeChannel(channel);
    }
  }

  async #replay(subscription: string, letter: StoredLetter): Promise<void> {
    const unordered = this.#names.queue(subscription);
    const partition = partitionOf(letter.key ?? letter.id);
    const routingKey = (await queueExists(this.#connection, unordered))
      ? unordered
      : this.#names.partitionQueue(subscription, partition);
    const { body } = letter;
    await this.#publisher.send({
      exchange: "",
      routingKey,
      body,
      properties: propertiesOf(letter),
    });
  }
}
