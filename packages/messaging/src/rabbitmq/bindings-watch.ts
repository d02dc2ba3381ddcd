import type { Channel } from "amqplib";
import { type BrokerConnection, closeChannel } from "./broker-connection.ts";
import type { BrokerNames } from "./broker-names.ts";
import { isBound } from "./topology.ts";

/** Milliseconds between two checks. */
export const watchInterval = 3_000;

/** A subscription whose bindings are checked. */
export interface WatchedSubscription {
  readonly name: string;
  /** Declares its queues and bindings again. */
  rebind(): Promise<void>;
}

/**
 * Checks regularly whether subscriptions are still bound to the exchange. The broker does not tell a consumer that
 * the exchange was deleted and its queue gets nothing any more.
 */
export class BindingsWatch {
  readonly #connection: BrokerConnection;
  readonly #names: BrokerNames;
  readonly #subscriptions: () => Iterable<WatchedSubscription>;
  readonly #onError: (raw: unknown) => void;
  #channel: Channel | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * @param subscriptions The subscriptions to check, called for each check.
   * @param onError Gets errors of binding a subscription again.
   */
  constructor(
    connection: BrokerConnection,
    names: BrokerNames,
    subscriptions: () => Iterable<WatchedSubscription>,
    onError: (raw: unknown) => void,
  ) {
    this.#connection = connection;
    this.#names = names;
    this.#subscriptions = subscriptions;
    this.#onError = onError;
    this.#schedule();
  }

  /** Binds all of them again. */
  async rebindAll(): Promise<void> {
    await Promise.all([...this.#subscriptions()].map((each) => each.rebind()));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const channel = this.#channel;
    if (channel !== undefined) await closeChannel(channel);
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => this.#schedule());
    }, watchInterval).unref();
  }

  async #look(): Promise<void> {
    for (const each of this.#subscriptions()) {
      let isFine: boolean;
      try {
        this.#channel ??= await this.#connection.channel();
        isFine = await isBound(this.#channel, this.#names, each.name);
      } catch {
        // The connection is lost; consumers declare everything again on the next one.
        this.#channel = undefined;
        return;
      }
      if (isFine) continue;
      this.#channel = undefined;
      try {
        await each.rebind();
      } catch (error) {
        if (!this.#isClosed) this.#onError(error);
      }
    }
  }
}
