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
  /** Handles the events: a class marked with `injectable`. */
  readonly handler: Class<EventHandler<InstanceType<C[number]>>>;
  /** How long a handler lives; `"request"` makes one for each delivery. Default: `"singleton"`. */
  readonly scope?: Scope | undefined;
}

/** A subscription of the app with its handler. */
export interface RegisteredSubscription {
  readonly definition: SubscriptionDefinition;
  /** Gets the handler; called within the context of a delivery. */
  readonly handler: () => EventHandler<AnyDomainEvent>;
}

/** Collects the subscriptions of an app. */
export const registeredSubscription: TypedToken<RegisteredSubscription> =
  token<RegisteredSubscription>("subscription");

/**
 * Binds the handler of a subscription. The container makes the handler; it needs no binding of its own.
 *
 * Throws a `DeclarationError` if the name or an option is not valid.
 *
 * @param name Names a durable queue, which keeps events while no process consumes. Processes with one name
 *   share its events; each name gets its own copy of every event.
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
