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
import { registeredSubscription } from "./bind-subscription.ts";
import { EventBus, type EventBusOptions } from "../bus/event-bus.ts";
import { EventConsumers } from "./event-consumers.ts";

/** Options of {@link bindEventBus}. */
export type BindEventBusOptions = Pick<EventBusOptions, "maxPublishing">;

type Create = (...resolved: never[]) => MessagingDriver | Promise<MessagingDriver>;

/**
 * Binds `EventBus`. It connects when the app starts, consumes the app's subscriptions once everything is
 * made, and is healthy while the broker is reachable. When the app stops, running handlers finish before
 * anything is closed; events that are not finished in time are redelivered to another process.
 *
 * @param create Makes the driver.
 */
export function bindEventBus(
  create: () => MessagingDriver | Promise<MessagingDriver>,
  options?: BindEventBusOptions,
): Binding;
/**
 * Binds `EventBus` with a driver that is made from other parts of the app, such as its configuration.
 *
 * @param dependencies Tokens of the arguments of `create`, such as the config class.
 * @param create Makes the driver.
 */
export function bindEventBus<const D extends readonly Token<unknown>[]>(
  dependencies: D,
  create: (...resolved: TokenValues<D>) => MessagingDriver | Promise<MessagingDriver>,
  options?: BindEventBusOptions,
): Binding;
export function bindEventBus(
  first: Create | readonly Token<unknown>[],
  second?: Create | BindEventBusOptions,
  third?: BindEventBusOptions,
): Binding {
  const isAlone = typeof first === "function";
  const dependencies = isAlone ? [] : first;
  const create = isAlone ? first : (second as Create);
  const options = isAlone ? (second as BindEventBusOptions | undefined) : third;
  return (binder) => {
    binder.bind(EventBus).toResource([Logger, AppInfo, Clock, Ids, ...dependencies], {
      create: async (
        logger: Logger,
        info: AppInfo,
        clock: Clock,
        ids: Ids,
        ...resolved: unknown[]
      ) => {
        const driver = await create(...(resolved as never[]));
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
