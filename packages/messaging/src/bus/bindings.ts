import {
  all,
  AppInfo,
  type Binding,
  Clock,
  type HookOptions,
  Ids,
  Logger,
  type Token,
  type TokenValues,
} from "@plinth/core";
import type { MessagingDriver } from "../driver/messaging-driver.ts";
import { registeredSubscription } from "../subscriptions/subscription.ts";
import { EventBus, type EventBusOptions } from "./event-bus.ts";
import { EventConsumers } from "./event-consumers.ts";

/** Options of {@link bindEventBus}. */
export type BindEventBusOptions = Pick<EventBusOptions, "maxPublishing">;

/**
 * Binds `EventBus`: connected when the app starts, consuming its subscriptions once everything is made,
 * healthy while the broker can be reached. When the app stops, handlers at work finish before anything
 * is closed; what is not finished in time is delivered again elsewhere.
 *
 * @param dependencies tokens of what `create` needs, such as the config class
 * @param create makes the driver
 */
export function bindEventBus<const D extends readonly Token<unknown>[]>(
  dependencies: D,
  create: (...resolved: TokenValues<D>) => MessagingDriver | Promise<MessagingDriver>,
  options: BindEventBusOptions = {},
): Binding {
  return (binder) => {
    binder.bind(EventBus).toResource([Logger, AppInfo, Clock, Ids, ...dependencies], {
      create: async (
        logger: Logger,
        info: AppInfo,
        clock: Clock,
        ids: Ids,
        ...resolved: unknown[]
      ) => {
        const driver = await create(...(resolved as TokenValues<D>));
        const bus = new EventBus(driver, {
          ...options,
          source: encodeURI(info.name),
          logger,
          clock: () => clock.now(),
          newId: () => ids.next(),
        });
        await bus.open();
        return bus;
      },
      health: (bus: EventBus, { signal }: HookOptions) => bus.ping({ signal }),
      close: (bus: EventBus) => bus.close(),
    });
    // Apart from the bus, because handlers may publish: they need it, and this needs them.
    binder.bind(EventConsumers).toResource([EventBus, all(registeredSubscription)], {
      create: (bus, registered) => new EventConsumers(bus, registered),
      start: (consumers: EventConsumers) => consumers.start(),
      drain: (consumers: EventConsumers, { signal }) => consumers.drain({ signal }),
      close: (consumers: EventConsumers) => consumers.close(),
    });
  };
}
