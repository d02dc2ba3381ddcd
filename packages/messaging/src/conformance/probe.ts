import type { IncomingMessage } from "../driver/message.ts";
import type {
  DriverSubscription,
  DriverSubscriptionDefinition,
  MessagingDriver,
} from "../driver/messaging-driver.ts";
import type { Settlement } from "../driver/settlement.ts";

/** Settles a delivery; `n` counts the deliveries of this probe from 0. */
export type Receive = (message: IncomingMessage, n: number) => Settlement | Promise<Settlement>;

/** A consumer that notes what it is given. */
export class Probe {
  readonly definition: DriverSubscriptionDefinition;
  /** What came so far, in order. */
  readonly received: IncomingMessage[] = [];
  /** When each came, in milliseconds of `performance.now`. */
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

  /** The ids of what came, in order. */
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

  /** Resolves when so much has come. */
  async count(wanted: number): Promise<readonly IncomingMessage[]> {
    await this.until(() => this.received.length >= wanted, `${wanted} deliveries`);
    return this.received;
  }

  /** Resolves when a message has come. */
  async has(id: string): Promise<void> {
    await this.until(() => this.received.some((message) => message.id === id), `message ${id}`);
  }

  /** Resolves when something is true of what came; asked at every delivery. */
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
            `Subscription ${this.name} waited in vain for ${what}. It got ${seen.length} deliveries: ${seen.slice(-20).join(", ")}`,
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

/** Makes a {@link Gate}: what a handler waits for until the test lets it go on. */
export function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
