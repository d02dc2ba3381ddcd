import type { Channel, Message } from "amqplib";
import { closeChannel } from "./broker-connection.ts";

/** How many letters the first channel may hold. */
const firstWindow = 500;
/** How many letters a channel can hold at most; the protocol has two bytes for it. */
const largestWindow = 65_535;
/** Milliseconds without a letter after which the broker is asked whether letters are left. */
const quietTime = 100;

/** A letter with the channel that it came on. */
export interface HeldLetter {
  readonly raw: Message;
  readonly window: Window;
}

/** A channel with a consumer that gets a number of letters, and more only after it acknowledged some. */
interface Window {
  readonly channel: Channel;
  readonly size: number;
  consumerTag: string;
  held: number;
  hasForgotten: boolean;
}

/**
 * Reads the letters of a queue, oldest first, about as fast as the broker sends them. It holds the letters that are
 * not acknowledged, and gives them back in their order at the end.
 *
 * Kept letters fill the window of a consumer; then another one goes on, on a channel of its own, with a
 * window twice as large. So a few consumers are enough for any number of letters, and the letters in memory stay in
 * proportion to those that were visited. RabbitMQ gives back the letters of one consumer in their order, but those
 * of several consumers in any order: the channels are closed one after the other.
 *
 * A broker does not say that it has nothing more to send. If letters are missing because another visit
 * holds them, it is asked how many are ready.
 */
export class LetterReader {
  readonly #open: () => Promise<Channel>;
  readonly #queue: string;
  readonly #windows: Window[] = [];
  readonly #arrived: HeldLetter[] = [];
  #wake: (() => void) | undefined;

  /** @param open Opens a channel. */
  constructor(open: () => Promise<Channel>, queue: string) {
    this.#open = open;
    this.#queue = queue;
  }

  /** The next letter; `undefined` if there is none left. Rejects if the connection is lost. */
  async next(): Promise<HeldLetter | undefined> {
    for (;;) {
      const letter = this.#arrived.shift();
      if (letter !== undefined) return letter;
      const window = this.#windows.at(-1);
      if (window === undefined || window.held >= window.size) await this.#openWindow(window?.size);
      else if (!(await this.#arrival()) && (await this.#isEmpty(window))) return undefined;
    }
  }

  /** Acknowledges a letter: the broker deletes it. */
  forget({ raw, window }: HeldLetter): void {
    window.channel.ack(raw);
    window.held -= 1;
    window.hasForgotten = true;
  }

  /**
   * Gives back the letters that it holds. Then it rejects if acknowledgements may be lost with a connection.
   *
   * @param untilBack Waits until the queue has so many letters again.
   */
  async close(untilBack: (count: number) => Promise<void>): Promise<void> {
    let fault: { readonly error: unknown } | undefined;
    // All consumers first, or the last one would get the letters that the others give back.
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
   * Ends a consumer. The broker's channel with many acknowledgements under way delays the rest, and drops it when it
   * is closed (seen on 3.10): removed letters would be back. It answers the end of a consumer when
   * earlier acknowledgements are applied, and the next request when it has sent the rest.
   */
  async #settle({ channel, consumerTag }: Window): Promise<void> {
    await channel.cancel(consumerTag);
    await channel.checkQueue(this.#queue);
  }

  /** Whether no letter is left: none is ready, or on its way from another node. */
  async #isEmpty({ channel }: Window): Promise<boolean> {
    const { messageCount } = await channel.checkQueue(this.#queue);
    return messageCount === 0 && !(await this.#arrival());
  }

  #take(window: Window, raw: Message): void {
    window.held += 1;
    this.#arrived.push({ raw, window });
    this.#wake?.();
  }

  /** Whether a letter arrives within the quiet time. */
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
