import { UnavailableError, UnimplementedError } from "@plinth/core";
import type {
  DriverSubscription,
  DriverSubscriptionDefinition,
  IncomingMessage,
  MessagingDriver,
  OutgoingMessage,
  PublishCallOptions,
  Settlement,
} from "@plinth/messaging";

/** A messaging driver that fails on demand; see {@link faultyMessaging}. */
export interface FaultyMessaging extends MessagingDriver {
  /** The next calls of `publish` reject, and the broker receives nothing. Default: 1 call. */
  refusePublish(calls?: number): void;
  /** The next calls of `publish` reject although the broker accepts the messages. Default: 1 call. */
  loseConfirm(calls?: number): void;
  /** The next messages are delivered twice, as after a lost acknowledgement. Default: 1 message. */
  doubleDelivery(messages?: number): void;
}

/**
 * Wraps a driver so that a test can make it fail. To break connections instead, use `stop`, `start` and
 * `interrupt` of `MemoryBroker`.
 *
 * @param driver the real one, such as `memoryMessaging()`
 */
export function faultyMessaging(driver: MessagingDriver): FaultyMessaging {
  return new FaultyDriver(driver);
}

class FaultyDriver implements FaultyMessaging {
  readonly #driver: MessagingDriver;
  #refused = 0;
  #unconfirmed = 0;
  #doubled = 0;

  constructor(driver: MessagingDriver) {
    this.#driver = driver;
  }

  get name(): string {
    return this.#driver.name;
  }

  get capabilities(): MessagingDriver["capabilities"] {
    return this.#driver.capabilities;
  }

  get letters(): MessagingDriver["letters"] {
    return this.#driver.letters;
  }

  refusePublish(calls = 1): void {
    this.#refused += calls;
  }

  loseConfirm(calls = 1): void {
    this.#unconfirmed += calls;
  }

  doubleDelivery(messages = 1): void {
    this.#doubled += messages;
  }

  async publish(messages: readonly OutgoingMessage[], options: PublishCallOptions): Promise<void> {
    if (this.#refused > 0) {
      this.#refused -= 1;
      throw new UnavailableError("The test had the broker refuse this.");
    }
    await this.#driver.publish(messages, options);
    if (this.#unconfirmed === 0) return;
    this.#unconfirmed -= 1;
    throw new UnavailableError("The test had the confirmation of this get lost.");
  }

  subscribe(
    definition: DriverSubscriptionDefinition,
    receive: (message: IncomingMessage) => Promise<Settlement>,
  ): Promise<DriverSubscription> {
    return this.#driver.subscribe(definition, async (message) => {
      const settlement = await receive({ ...message, body: message.body.slice() });
      if (this.#doubled === 0) return settlement;
      this.#doubled -= 1;
      return receive({ ...message, redelivered: true });
    });
  }

  open(options: Parameters<MessagingDriver["open"]>[0]): Promise<void> {
    return this.#driver.open(options);
  }

  endpoint(): string | undefined {
    return this.#driver.endpoint?.();
  }

  errorCode(raw: unknown): ReturnType<MessagingDriver["errorCode"]> {
    return this.#driver.errorCode(raw);
  }

  async ping(options: PublishCallOptions): Promise<void> {
    await this.#driver.ping?.(options);
  }

  /** See `EventWatch.idle`. */
  async idle(): Promise<void> {
    const { idle } = this.#driver as { idle?: () => Promise<void> };
    if (idle === undefined)
      throw new UnimplementedError(`${this.name} cannot tell when it is idle.`);
    await idle.call(this.#driver);
  }

  close(): Promise<void> {
    return this.#driver.close();
  }
}
