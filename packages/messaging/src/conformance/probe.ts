import type { IncomingMessage } from "../driver/message.ts";
import type {
  DriverSubscription,
  DriverSubscriptionDefinition,
  MessagingDriver,
} from "../driver/messaging-driver.ts";
import type { Settlement } from "../driver/settlement.ts";

/** Settles a delivery; `n` counts the deliveries of this probe from 0. */
export type Receive = (message: IncomingMessage, n: number) => Settlement | Promise<Settlement>;

/** A consumer that records its deliveries. */
export class Probe {
  readonly definition: DriverSubscriptionDefinition;
  /** The deliveries so far, in order. */
  readonly received: IncomingMessage[] = [];
  /** The time of each, in milliseconds of `performance.now`. */
  readonly times: number[] = [];
  /** How many deliveries were unsettled at once, at most. */
  most = 0;
  /** Keys of which two messages were unsettled at once. */
  readonly doubled: string[] = [];
  readonly #receive: Receive;
  readonly #patience: number;
  readonly #waiting = new Set<() => void>();
  readonly #busy = new Set<string>();
  #inFlight = 0;
  #subscription: DriverSubscription | undefined;

  constructor(definition: DriverSubscriptionDefinition, receive: Receive, patience: number) {
    this.definition = definition;
    this.#receive = receive;
    this.#patience = patience;
  }

  get name(): string {
    return this.definition.name;
  }

  /** The ids of the deliveries, in order. */
  get ids(): string[] {
    return this.received.map(({ id }) => id);
  }

  async start(driver: MessagingDriver): Promise<void> {
    this.#subscription = await driver.subscribe(this.definition, async (message) => {
      const n = this.received.length;
      this.received.push(message);
      this.times.push(performance.now());
      this.#inFlight += 1;
      this.most = Math.max(this.most, this.#inFlight);
      const { key } = message;
      if (key !== undefined && this.#busy.has(key)) this.doubled.push(key);
      if (key !== undefined) this.#busy.add(key);
      for (const check of this.#waiting) check();
      try {
        return await this.#receive(message, n);
      } finally {
        this.#inFlight -= 1;
        if (key !== undefined) this.#busy.delete(key);
      }
    });
  }

  /** Resolves when there were so many deliveries. */
  async count(wanted: number): Promise<readonly IncomingMessage[]> {
    await this.until(() => this.received.length >= wanted, `${wanted} deliveries`);
    return this.received;
  }

  /** Resolves when a message was delivered. */
  async has(id: string): Promise<void> {
    await this.until(() => this.received.some((message) => message.id === id), `message ${id}`);
  }

  /** Resolves when a condition holds for the deliveries; checked at every delivery. */
  async until(isTrue: () => boolean, what: string): Promise<void> {
    if (isTrue()) return;
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!isTrue()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        const seen = this.received.map(({ id, attempt }) => `${id.slice(0, 8)}#${attempt}`);
        reject(
          new Error(
            `Subscription ${this.name} did not get ${what} in time. It got ${seen.length} deliveries: ${seen.slice(-20).join(", ")}`,
          ),
        );
      }, this.#patience);
      this.#waiting.add(check);
    });
  }

  async drain(): Promise<void> {
    await this.#subscription?.drain();
  }

  async close(): Promise<void> {
    await this.#subscription?.close();
  }
}

/** A promise that tests resolve by hand. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

/** Makes a {@link Gate}, which holds a handler until the test opens it. */
export function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
