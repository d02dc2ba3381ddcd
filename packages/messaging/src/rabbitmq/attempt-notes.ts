import type { Channel, Message } from "amqplib";
import { type BrokerConnection, closeChannel } from "./broker-connection.ts";
import { type AttemptNote, noteProperties, readNote } from "./message-codec.ts";
import type { BrokerNames } from "./broker-names.ts";
import type { Publisher } from "./publisher.ts";
import { attemptsQueue } from "./queue-plan.ts";
import { declareQueue } from "./topology.ts";

interface NoteEntry extends AttemptNote {
  /** The notes themselves, held on our channel. */
  readonly raws: Message[];
}

/**
 * Remembers the attempts of messages that wait in their queue. The broker counts the deliveries of such a
 * message, but neither why it was redelivered nor whether a handler had it.
 *
 * Each partition has a queue of notes. The consumer of the partition holds its notes unsettled, like its
 * messages; if the consumer is lost, the next one gets both.
 */
export class AttemptNotes {
  readonly #connection: BrokerConnection;
  readonly #publisher: Publisher;
  readonly #names: BrokerNames;
  readonly #subscription: string;
  readonly #partitions = new Map<number, Promise<Map<string, NoteEntry>>>();
  #channel: Promise<Channel> | undefined;

  constructor(
    connection: BrokerConnection,
    publisher: Publisher,
    names: BrokerNames,
    subscription: string,
  ) {
    this.#connection = connection;
    this.#publisher = publisher;
    this.#names = names;
    this.#subscription = subscription;
  }

  /** The note of a message; `undefined` if there is none. */
  async find(partition: number, id: string): Promise<AttemptNote | undefined> {
    return (await this.#entries(partition)).get(id);
  }

  /** Resolves when the note is durable. */
  async write(partition: number, id: string, note: AttemptNote): Promise<void> {
    const entries = await this.#entries(partition);
    await this.#publisher.send({
      exchange: "",
      routingKey: this.#queue(partition),
      body: new Uint8Array(),
      properties: noteProperties(id, note),
    });
    entries.set(id, { ...note, raws: entries.get(id)?.raws ?? [] });
  }

  /** Replaces the note, also by one that counts less. */
  async rewrite(partition: number, id: string, note: AttemptNote): Promise<void> {
    await this.erase(partition, id);
    if (note.attempt > 1 || note.handed > 0) await this.write(partition, id, note);
  }

  /** Removes the note of a message that is settled. */
  async erase(partition: number, id: string): Promise<void> {
    const entries = await this.#entries(partition);
    if (!entries.has(id)) return;
    const channel = await this.#open();
    // Notes that were written since are still in the queue.
    await this.#fetch(channel, partition, entries);
    for (const raw of entries.get(id)?.raws ?? []) channel.ack(raw);
    entries.delete(id);
  }

  /** Gives the notes back, for the next consumer. */
  async close(): Promise<void> {
    const channel = await this.#channel?.catch(() => undefined);
    if (channel !== undefined) await closeChannel(channel);
  }

  #queue(partition: number): string {
    return this.#names.attemptsQueue(this.#subscription, partition);
  }

  #open(): Promise<Channel> {
    this.#channel ??= this.#connection.channel();
    return this.#channel;
  }

  #entries(partition: number): Promise<Map<string, NoteEntry>> {
    const known = this.#partitions.get(partition);
    if (known !== undefined) return known;
    const loading = this.#load(partition);
    this.#partitions.set(partition, loading);
    return loading;
  }

  async #load(partition: number): Promise<Map<string, NoteEntry>> {
    const channel = await this.#open();
    const queue = attemptsQueue(this.#names, this.#subscription, partition);
    await declareQueue(channel, this.#names.exchange, queue);
    const entries = new Map<string, NoteEntry>();
    await this.#fetch(channel, partition, entries);
    return entries;
  }

  async #fetch(
    channel: Channel,
    partition: number,
    entries: Map<string, NoteEntry>,
  ): Promise<void> {
    const queue = this.#queue(partition);
    for (;;) {
      const raw = await channel.get(queue);
      if (raw === false) return;
      const { id, ...note } = readNote(raw);
      const known = entries.get(id);
      const latest = known !== undefined && isLater(known, note) ? known : note;
      entries.set(id, { ...latest, raws: [...(known?.raws ?? []), raw] });
    }
  }
}

function isLater(one: AttemptNote, other: AttemptNote): boolean {
  if (one.attempt !== other.attempt) return one.attempt > other.attempt;
  return one.handed > other.handed;
}
