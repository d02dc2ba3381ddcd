import type { Channel } from "amqplib";
import { type BrokerConnection, closeChannel } from "./broker-connection.ts";
import type { BrokerNames } from "./broker-names.ts";
import { isBound } from "./topology.ts";

/** Milliseconds between two looks. */
export const watchInterval = 3_000;

/** A subscription that is looked after. */
export interface WatchedSubscription {
  readonly name: string;
  /** Declares its queues and bindings again. */
  rebind(): Promise<void>;
}

/**
 * Looks now and then whether subscriptions are still bound to the exchange. The broker tells no consumer that
 * its queue gets nothing anymore because the exchange was deleted.
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
   * @param subscriptions those that are to be looked after, asked for each time
   * @param onError gets what keeps a subscription from being bound again
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
        // The connection is gone; what comes back with it is declared again.
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
