import type { IncomingMessage } from "../driver/message.ts";
import type { Settlement } from "../driver/settlement.ts";
import { copyMessage, type StoredMessage } from "./stored-message.ts";

/** How a delivery ended. */
export type Ending = Settlement | { readonly kind: "lost" };

/** A consumer of a queue, with the messages that it has not settled. */
export class MemoryConsumer {
  readonly concurrency: number;
  readonly #receive: (message: IncomingMessage) => Promise<Settlement>;
  readonly #inFlight = new Map<StoredMessage, (ending: Ending) => void>();
  readonly #onIdle: (() => void)[] = [];
  #open = true;

  constructor(concurrency: number, receive: (message: IncomingMessage) => Promise<Settlement>) {
    this.concurrency = concurrency;
    this.#receive = receive;
  }

  /** Whether it takes another message now. */
  get hasRoom(): boolean {
    return this.#open && this.#inFlight.size < this.concurrency;
  }

  /**
   * Delivers a message.
   *
   * @param settled Called once, with how it ended.
   */
  deliver(stored: StoredMessage, settled: (ending: Ending) => void): void {
    this.#inFlight.set(stored, settled);
    void this.#settle(stored, this.incoming(stored));
  }

  /** Takes nothing new. */
  stop(): void {
    this.#open = false;
  }

  /** Resolves when nothing is in flight. */
  async idle(): Promise<void> {
    if (this.#inFlight.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  /** What it has not settled counts as lost; later settlements have no effect. */
  lose(): void {
    this.stop();
    for (const stored of this.#inFlight.keys()) this.end(stored, { kind: "lost" });
  }

  /** The message as the consumer gets it. */
  protected incoming(stored: StoredMessage): IncomingMessage {
    const { attempt, redelivered, lostDeliveries } = stored;
    return { ...copyMessage(stored.message), attempt, redelivered, lostDeliveries };
  }

  async #settle(stored: StoredMessage, message: IncomingMessage): Promise<void> {
    let settlement: Settlement;
    try {
      settlement = await this.#receive(message);
    } catch {
      // A fault of the caller. Without a pause it would be redelivered as fast as it fails.
      await new Promise((resolve) => {
        setTimeout(resolve, pauseAfterFault);
      });
      settlement = { kind: "release" };
    }
    this.end(stored, settlement);
  }

  /** Ends a delivery, unless it has ended. */
  protected end(stored: StoredMessage, ending: Ending): void {
    const settled = this.#inFlight.get(stored);
    if (settled === undefined) return;
    this.#inFlight.delete(stored);
    settled(ending);
    if (this.#inFlight.size > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

const pauseAfterFault = 100;
