import type { Binding, Class } from "@plinth/core";
import { UnimplementedError } from "@plinth/core/errors";
import type { AnyDomainEvent, AnyDomainEventClass } from "../events/definition.ts";
import type { EventHandler } from "./event-handler.ts";

/** What becomes of an event whose handler failed. */
export interface RetryPolicy {
  /**
   * Milliseconds to wait before the second, third … attempt; when they are used up, it becomes a dead
   * letter. At most 20 of them, each from 0 to 86,400,000 (a day). Default: 100, 1,000 and 10,000.
   */
  readonly delays?: readonly number[] | undefined;
}

/** Options of a subscription. */
export interface SubscriptionOptions<C extends readonly AnyDomainEventClass[]> {
  /** The classes of events that it gets; at least one. */
  readonly events: C;
  /** Handles them: a class marked with `@injectable()` or `service`, made once. */
  readonly handler: Class<EventHandler<InstanceType<C[number]> & AnyDomainEvent>>;
  /** How many events are handled at once in this process: 1 to 1,000. Default: 10. */
  readonly concurrency?: number | undefined;
  /** Whether events of one key are handled one after the other, in all processes. Default: false. */
  readonly ordered?: boolean | undefined;
  readonly retry?: RetryPolicy | undefined;
  /** Milliseconds that a handler may take; then the attempt has failed. Default: 30,000. */
  readonly timeLimit?: number | undefined;
}

/**
 * Subscribes a handler to events, as a binding.
 *
 * @param name processes that share it share the events; each name gets its own copy of every event
 */
export function subscription<const C extends readonly AnyDomainEventClass[]>(
  _name: string,
  _options: SubscriptionOptions<C>,
): Binding {
  throw new UnimplementedError("subscription is being written.");
}
