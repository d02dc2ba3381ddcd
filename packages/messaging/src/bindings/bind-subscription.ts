import {
  type Binding,
  type Class,
  provider,
  required,
  type Scope,
  token,
  type TypedToken,
} from "@plinth/core";
import { EventBus } from "../bus/event-bus.ts";
import type { AnyDomainEvent, AnyDomainEventClass } from "../events/event-definition.ts";
import {
  type ConsumeOptions,
  defineSubscription,
  type SubscriptionDefinition,
} from "../subscriptions/define-subscription.ts";
import type { EventHandler } from "../subscriptions/event-handler.ts";

/** Options of {@link bindSubscription}. */
export interface SubscriptionOptions<
  C extends readonly AnyDomainEventClass[],
> extends ConsumeOptions<C> {
  /** Handles them: a class marked with `injectable`. */
  readonly handler: Class<EventHandler<InstanceType<C[number]>>>;
  /** How long a handler lives; `"request"` makes one for each delivery. Default: `"singleton"`. */
  readonly scope?: Scope | undefined;
}

/** A subscription of the app, with the way to its handler. */
export interface RegisteredSubscription {
  readonly definition: SubscriptionDefinition;
  /** The handler; called within the context of a delivery. */
  readonly handler: () => EventHandler<AnyDomainEvent>;
}

/** Under which `bindSubscription` registers, and the app finds what it is to consume. */
export const registeredSubscription: TypedToken<RegisteredSubscription> =
  token<RegisteredSubscription>("subscription");

/**
 * Subscribes a handler to events, as a binding. The handler is made by the container; nothing else has
 * to be bound for it.
 *
 * Throws a `DeclarationError` when the name or an option cannot be meant.
 *
 * @param name processes that share it share the events; each name gets its own copy of every event.
 *   It names a durable queue: events are kept for it while nobody consumes
 * @param options see {@link SubscriptionOptions}
 */
export function bindSubscription<const C extends readonly AnyDomainEventClass[]>(
  name: string,
  options: SubscriptionOptions<C>,
): Binding {
  const definition = defineSubscription(name, options);
  const { handler, scope = "singleton" } = options;
  return (binder) => {
    const handlerToken = token<EventHandler<AnyDomainEvent>>(`handler of subscription "${name}"`);
    binder.bind(handlerToken).toClass(handler as Class<EventHandler<never>> as never, { scope });
    binder
      .bindMany(registeredSubscription)
      .toFactory(
        [
          provider(handlerToken),
          required(
            EventBus,
            `Subscription "${name}" gets its events from it. Install bindEventBus(...).`,
          ),
        ],
        (handlerOf) => ({ definition, handler: handlerOf }),
      );
  };
}
