import { DeclarationError } from "@plinth/core/errors";
import { type WholeNumberBounds, wholeNumberFault } from "@plinth/support/numbers";
import { maxTimerDelay } from "@plinth/support/race";
import type { AnyDomainEventClass } from "../events/event-definition.ts";
import { subscriptionNameFault } from "../events/name-faults.ts";

/** When an event is redelivered after its handler failed. */
export interface RetryPolicy {
  /**
   * Milliseconds to wait before the second, third … attempt. After the last one the event becomes
   * a dead letter. At most 20 delays, each from 0 to 86,400,000 (a day). Default: 100, 1,000, 10,000.
   */
  readonly delays?: readonly number[] | undefined;
  /**
   * Returns whether an error is permanent: then the event becomes a dead letter at once. If it throws, that is
   * logged and counts as `false`. Default: no error is permanent.
   */
  readonly giveUp?: ((error: unknown) => boolean) | undefined;
}

/** Options of a subscription without its handler. */
export interface ConsumeOptions<C extends readonly AnyDomainEventClass[]> {
  /** The classes of its events: at least one, each with a name of its own. */
  readonly events: C;
  /** How many events are handled at once in this process: 1 to 1,000. Default: 10. */
  readonly concurrency?: number | undefined;
  /** Whether events of one key are handled one after the other, across all processes. Default: false. */
  readonly ordered?: boolean | undefined;
  /** When an event is redelivered after its handler failed. Default: see {@link RetryPolicy}. */
  readonly retry?: RetryPolicy | undefined;
  /**
   * Milliseconds that a handler may take, from 1 to 2,147,483,647. Then its signal is aborted and the attempt
   * has failed. Default: 30,000.
   */
  readonly timeout?: number | undefined;
}

/** A subscription with its defaults, checked. */
export interface SubscriptionDefinition {
  readonly name: string;
  readonly classes: ReadonlyMap<string, AnyDomainEventClass>;
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly delays: readonly number[];
  readonly giveUp: (error: unknown) => boolean;
  readonly timeout: number;
}

const maxDelays = 20;
const maxDelay = 86_400_000;
const maxConcurrency = 1_000;

/** Applies the defaults. Throws a `DeclarationError` if the name or an option is not valid. */
export function defineSubscription(
  name: string,
  options: ConsumeOptions<readonly AnyDomainEventClass[]>,
): SubscriptionDefinition {
  const nameFault = subscriptionNameFault(name);
  if (nameFault !== undefined) throw new DeclarationError(nameFault);
  const { events, concurrency = 10, ordered = false, timeout = 30_000 } = options;
  const { delays = [100, 1_000, 10_000], giveUp = () => false } = options.retry ?? {};
  const refuse = (reason: string): never => {
    throw new DeclarationError(`Subscription "${name}": ${reason}.`);
  };
  const checkWhole = (option: string, value: unknown, bounds: WholeNumberBounds): void => {
    const fault = wholeNumberFault(`Subscription "${name}": ${option}`, value, bounds);
    if (fault !== undefined) throw new DeclarationError(fault);
  };
  if (!Array.isArray(events)) refuse("events must be a list of event classes");
  if (events.length === 0) refuse("it needs at least one class of events");
  const classes = new Map<string, AnyDomainEventClass>();
  for (const eventClass of events) {
    const type: unknown = eventClass?.definition?.name;
    if (typeof type !== "string") {
      refuse(
        `${eventClass?.name ?? "undefined"} is not an event class; two modules may import each other`,
      );
    }
    if (classes.has(type as string)) refuse(`two of its classes are named "${String(type)}"`);
    classes.set(type as string, eventClass);
  }
  checkWhole("concurrency", concurrency, { min: 1, max: maxConcurrency });
  checkWhole("timeout", timeout, { min: 1, max: maxTimerDelay, unit: "milliseconds" });
  if (typeof giveUp !== "function") refuse("retry.giveUp must be a function");
  if (!Array.isArray(delays) || delays.length > maxDelays) {
    refuse(`retry.delays must be a list of at most ${maxDelays} delays`);
  }
  for (const [index, delay] of delays.entries()) {
    checkWhole(`retry.delays[${index}]`, delay, { max: maxDelay, unit: "milliseconds" });
  }
  return { name, classes, concurrency, ordered, delays: [...delays], giveUp, timeout };
}
