import { DeclarationError } from "@plinth/core/errors";
import { presentable } from "@plinth/support/presentable";
import type { RegisteredSubscription } from "./bind-subscription.ts";
import type { BusSubscription, DrainOptions, EventBus } from "../bus/event-bus.ts";

/** The subscriptions of an app: started, drained and closed with it. */
export class EventConsumers {
  readonly #bus: EventBus;
  readonly #registered: readonly RegisteredSubscription[];
  readonly #running: BusSubscription[] = [];

  /** Throws a `DeclarationError` if two subscriptions have one name. */
  constructor(bus: EventBus, registered: readonly RegisteredSubscription[]) {
    this.#bus = bus;
    this.#registered = registered;
    const names = registered.map(({ definition }) => definition.name);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    if (twice.length === 0) return;
    throw presentable(
      new DeclarationError(
        `Two subscriptions of this app are named "${[...new Set(twice)].join('", "')}": each event would go to one of the two handlers only. Give them names of their own.`,
      ),
    );
  }

  /** Begins to consume. Rejects if one subscription cannot start. */
  async start(): Promise<void> {
    for (const { definition, handler } of this.#registered) {
      this.#running.push(await this.#bus.consume(definition, handler));
    }
  }

  /** See `EventBus.drain`. */
  async drain(options: DrainOptions): Promise<void> {
    await this.#bus.drain(options);
  }

  /** Gives back what is not settled. */
  async close(): Promise<void> {
    await Promise.all(this.#running.map((subscription) => subscription.close()));
  }
}
