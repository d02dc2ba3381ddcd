import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { race } from "@plinth/support/race";
import type { Channel, ConsumeMessage } from "amqplib";
import { type BrokerConnection, closeChannel } from "./broker-connection.ts";
import { isReply } from "./error-code.ts";
import type { BrokerNames } from "./broker-names.ts";

/** What a process knows of an attempt. */
type Answer = "settled" | "handling" | "unknown";

/** What {@link SettledElsewhere} needs. */
export interface SettledElsewhereParts {
  /** Receives questions and answers. */
  readonly consuming: BrokerConnection;
  /** Sends them: the broker may block a connection that publishes. */
  readonly publishing: BrokerConnection;
  readonly names: BrokerNames;
  readonly subscription: string;
  /** Whether this process has settled an attempt. */
  readonly hasSettled: (attempt: string) => boolean;
  /** Whether a handler of this process has it. */
  readonly isHandling: (attempt: string) => boolean;
}

/** A question under way. */
interface Question {
  readonly answers: Answer[];
  readonly answered: () => void;
}

/** Milliseconds for all answers to one question. A process that says nothing does not know. */
const patience = 1_000;
/** Milliseconds until the next question about an attempt that another process handles. */
const pause = 250;
const maxBindings = 5;

/**
 * Asks the other processes of a subscription whether one of them has settled an attempt. A publisher has to
 * repeat what the broker refused, and a queue that had accepted it may give the second copy to another
 * process than the first one. Nothing is stored for it, and a missing answer costs a second handling.
 */
export class SettledElsewhere {
  readonly #parts: SettledElsewhereParts;
  readonly #exchange: string;
  readonly #queue: string;
  readonly #questions = new Map<string, Question>();
  #receiving: Channel | undefined;
  #sending: Promise<Channel> | undefined;

  private constructor(parts: SettledElsewhereParts) {
    this.#parts = parts;
    this.#exchange = parts.names.peersExchange(parts.subscription);
    this.#queue = parts.names.peerQueue(parts.subscription, randomUUID());
  }

  /** Begins to answer. */
  static async open(parts: SettledElsewhereParts): Promise<SettledElsewhere> {
    const made = new SettledElsewhere(parts);
    await made.#open();
    return made;
  }

  /** Does not wait for a channel that is still being opened: its connection may be away. */
  async close(): Promise<void> {
    this.#sending?.then(closeChannel).catch(() => undefined);
    if (this.#receiving !== undefined) await closeChannel(this.#receiving);
  }

  /**
   * Whether another process has settled an attempt. Waits for one that handles it.
   *
   * @param signal Ends the wait, with `false`.
   */
  async has(attempt: string, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const answers = await this.#ask(attempt);
      if (answers.includes("settled")) return true;
      if (!answers.includes("handling")) return false;
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  async #open(): Promise<void> {
    for (let left = maxBindings; ; left -= 1) {
      const channel = await this.#parts.consuming.channel();
      try {
        await channel.assertExchange(this.#exchange, "fanout", {
          durable: false,
          autoDelete: true,
        });
        await channel.assertQueue(this.#queue, { exclusive: true, durable: false });
        await channel.bindQueue(this.#queue, this.#exchange, "");
        await channel.consume(this.#queue, (raw) => this.#take(raw), { noAck: true });
        this.#receiving = channel;
        return;
      } catch (error) {
        // The last other process may have left, and the exchange with it, before this one was bound.
        if (left === 0 || !isReply(error, 404)) throw error;
      }
    }
  }

  /** The answers that came in time. */
  async #ask(attempt: string): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    const work = async (): Promise<void> => {
      const { names, subscription } = this.#parts;
      const queue = names.queue(subscription);
      const { consumerCount } = (await this.#receiving?.checkQueue(queue)) ?? { consumerCount: 0 };
      const others = consumerCount - 1;
      if (others < 1) return;
      await new Promise<void>((resolve, reject) => {
        const answered = (): void => {
          if (answers.length >= others || answers.includes("settled")) resolve();
        };
        this.#questions.set(attempt, { answers, answered });
        this.#send(this.#exchange, "", attempt).catch(reject);
      });
    };
    try {
      await race({ timeout: patience }, work);
    } catch {
      // Out of time, or out of connection.
    } finally {
      this.#questions.delete(attempt);
    }
    return answers;
  }

  #take(raw: ConsumeMessage | null): void {
    if (raw === null) return;
    const { replyTo, correlationId } = raw.properties as {
      replyTo?: string;
      correlationId?: string;
    };
    const text = raw.content.toString();
    if (correlationId !== undefined) {
      const question = this.#questions.get(correlationId);
      question?.answers.push(text as Answer);
      question?.answered();
    } else if (replyTo !== undefined && replyTo !== this.#queue) {
      this.#send("", replyTo, this.#answer(text, replyTo), text).catch(() => undefined);
    }
  }

  #answer(attempt: string, asker: string): Answer {
    const { hasSettled, isHandling } = this.#parts;
    if (hasSettled(attempt)) return "settled";
    if (isHandling(attempt)) return "handling";
    // Of two that ask about two copies, one has to handle its own.
    return this.#questions.has(attempt) && this.#queue < asker ? "handling" : "unknown";
  }

  /** @param question The attempt that the text answers. Absent: the text is a question. */
  async #send(exchange: string, key: string, text: string, question?: string): Promise<void> {
    this.#sending ??= this.#openSending();
    const channel = await this.#sending;
    const address = question === undefined ? { replyTo: this.#queue } : { correlationId: question };
    channel.publish(exchange, key, Buffer.from(text), { persistent: false, ...address });
  }

  async #openSending(): Promise<Channel> {
    try {
      const channel = await this.#parts.publishing.channel();
      channel.once("close", () => (this.#sending = undefined));
      return channel;
    } catch (error) {
      this.#sending = undefined;
      throw error;
    }
  }
}
