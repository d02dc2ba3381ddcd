import type { Channel, Message } from "amqplib";
import { closeChannel } from "./broker-connection.ts";

/** How many letters the first channel may hold. */
const firstWindow = 500;
/** The most that any channel can hold; the protocol has two bytes for it. */
const largestWindow = 65_535;
/** Milliseconds without a letter after which the broker is asked whether any is left. */
const quietTime = 100;

/** A letter with the channel that it came on. */
export interface HeldLetter {
  readonly raw: Message;
  readonly window: Window;
}

/** One channel with a consumer that gets a number of letters, and no more until some are forgotten. */
interface Window {
  readonly channel: Channel;
  readonly size: number;
  consumerTag: string;
  held: number;
  hasForgotten: boolean;
}

/**
 * Takes the letters out of a queue, oldest first, about as fast as the broker sends them. What is not
 * forgotten stays held, and goes back in its order at the end.
 *
 * Kept letters fill the window of a consumer; then another one goes on, on a channel of its own, with a
 * window twice as large. So few of them are enough for any number of letters, and what waits here stays in
 * proportion to what was looked at. RabbitMQ gives back the letters of one consumer in their order, those
 * of several in any order: the channels are closed one after the other.
 *
 * A broker does not say that it has nothing more to send. Where letters are missing, since another visit
 * holds them, it is asked how many are ready.
 */
export class LetterReader {
  readonly #open: () => Promise<Channel>;
  readonly #queue: string;
  readonly #windows: Window[] = [];
  readonly #arrived: HeldLetter[] = [];
  #wake: (() => void) | undefined;

  /** @param open opens a channel */
  constructor(open: () => Promise<Channel>, queue: string) {
    this.#open = open;
    this.#queue = queue;
  }

  /** The next letter; `undefined` where there is none left. Rejects when the connection is lost. */
  async next(): Promise<HeldLetter | undefined> {
    for (;;) {
      const letter = this.#arrived.shift();
      if (letter !== undefined) return letter;
      const window = this.#windows.at(-1);
      if (window === undefined || window.held >= window.size) await this.#openWindow(window?.size);
      else if (!(await this.#arrival()) && (await this.#isEmpty(window))) return undefined;
    }
  }

  /** Lets the broker forget a letter. */
  forget({ raw, window }: HeldLetter): void {
    window.channel.ack(raw);
    window.held -= 1;
    window.hasForgotten = true;
  }

  /**
   * Gives back what is held. Rejects, when that is done, where it is not known that all that should be
   * forgotten is: a connection that was lost.
   *
   * @param untilBack waits until the queue has so many letters again
   */
  async close(untilBack: (count: number) => Promise<void>): Promise<void> {
    let fault: { readonly error: unknown } | undefined;
    // All of them first, or the last one would get what the others give back.
    for (const window of this.#windows) {
      await this.#settle(window).catch((error: unknown) => {
        if (window.hasForgotten) fault ??= { error };
      });
    }
    let count = 0;
    for (const window of this.#windows) {
      await closeChannel(window.channel);
      count += window.held;
      await untilBack(count);
    }
    if (fault !== undefined) throw fault.error;
  }

  async #openWindow(before = 0): Promise<void> {
    const channel = await this.#open();
    const size = Math.min(2 * before || firstWindow, largestWindow);
    const window: Window = { channel, size, consumerTag: "", held: 0, hasForgotten: false };
    this.#windows.push(window);
    await channel.prefetch(size);
    const take = (letter: Message | null): void => {
      if (letter !== null) this.#take(window, letter);
    };
    window.consumerTag = (await channel.consume(this.#queue, take)).consumerTag;
  }

  /**
   * Ends a consumer. A channel that has many acknowledgements under way keeps the rest to itself, and drops it when it is
   * closed (seen on 3.10): letters that were removed would be back. The end of a consumer is answered when
   * what was sent before is applied, and the next answer when the channel has sent the rest.
   */
  async #settle({ channel, consumerTag }: Window): Promise<void> {
    await channel.cancel(consumerTag);
    await channel.checkQueue(this.#queue);
  }

  /** Whether nothing comes any more: all that is ready is here, or is still on its way from another node. */
  async #isEmpty({ channel }: Window): Promise<boolean> {
    const { messageCount } = await channel.checkQueue(this.#queue);
    return messageCount === 0 && !(await this.#arrival());
  }

  #take(window: Window, raw: Message): void {
    window.held += 1;
    this.#arrived.push({ raw, window });
    this.#wake?.();
  }

  /** Whether a letter comes within the quiet time. */
  #arrival(): Promise<boolean> {
    if (this.#arrived.length > 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(this.#arrived.length > 0);
      };
      const timer = setTimeout(settle, quietTime);
      this.#wake = settle;
    });
  }
}
