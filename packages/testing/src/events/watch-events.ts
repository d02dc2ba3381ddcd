import { UnimplementedError } from "@plinth/core";
import type { AnyDomainEventClass, EventBus, Observation, reviveEvent } from "@plinth/messaging";
import { EventSet } from "./event-set.ts";
import type {
  DeadLetteredEvent,
  DeliveredEvent,
  PublishedEvent,
  RetriedEvent,
  SkippedEvent,
} from "./observed-events.ts";

/**
 * The events on some event buses since the watch began, in sets that a test can query and wait for
 * without sleeping. Made by {@link watchEvents}.
 */
export class EventWatch implements Disposable {
  /** Events that the broker accepted from the watched buses. */
  readonly published: EventSet<PublishedEvent>;
  /** Events that a handler finished. */
  readonly handled: EventSet<DeliveredEvent>;
  /** Events that are delivered again because a handler failed. */
  readonly retried: EventSet<RetriedEvent>;
  /** Events that were dead-lettered. */
  readonly deadLettered: EventSet<DeadLetteredEvent>;
  /** Events of a type that the subscription does not know. */
  readonly skipped: EventSet<SkippedEvent>;
  readonly #buses: readonly EventBus[];
  readonly #unwatch: readonly (() => void)[];

  constructor(buses: readonly EventBus[], revive: typeof reviveEvent) {
    this.published = new EventSet("published", ({ envelope }, eventClass) =>
      revive(eventClass, envelope),
    );
    this.handled = new EventSet("handled");
    this.retried = new EventSet("retried");
    this.deadLettered = new EventSet("dead-lettered");
    this.skipped = new EventSet("skipped", (_, eventClass) => notKept(eventClass));
    this.#buses = buses;
    this.#unwatch = buses.map((bus) => bus.observe((observation) => this.#take(observation)));
  }

  /**
   * Resolves when the buses are idle: every published event was settled by every subscription, waits for
   * its retry, or has no subscription. Await it before `not.toHavePublished`.
   *
   * Rejects with `unimplemented` unless the buses use the memory driver: other brokers cannot tell.
   */
  async idle(): Promise<void> {
    const drivers = this.#buses.map(({ driver }) => driver);
    const unable = drivers.find((driver) => !("idle" in driver));
    if (unable !== undefined) {
      throw new UnimplementedError(
        `${unable.name} cannot tell when nothing is delivered any more: wait for what is to happen, with first(...).`,
      );
    }
    const idles = drivers as unknown as readonly { idle(): Promise<void> }[];
    let seen: number;
    do {
      seen = this.#moved();
      for (const driver of idles) await driver.idle();
    } while (this.#moved() !== seen);
  }

  /** Empties all sets. */
  clear(): void {
    const { published, handled, retried, deadLettered, skipped } = this;
    for (const set of [published, handled, retried, deadLettered, skipped]) set.clear();
  }

  /** Ends the watch; the sets keep their observations. */
  [Symbol.dispose](): void {
    for (const unwatch of this.#unwatch) unwatch();
  }

  /** A number that changes with every observation. */
  #moved(): number {
    const sums = this.#buses.flatMap(({ counters }) => Object.values(counters) as number[]);
    return sums.reduce((sum, value) => sum + value, 0);
  }

  #take(observation: Observation): void {
    switch (observation.kind) {
      case "published": {
        const { envelope } = observation;
        this.published.add({ type: envelope.type, id: envelope.id, envelope });
        break;
      }
      case "handled": {
        const { delivery, event } = observation;
        this.handled.add({ ...namesOf(delivery), event, delivery });
        break;
      }
      case "retried": {
        const { delivery, event, error, delay } = observation;
        this.retried.add({ ...namesOf(delivery), event, delivery, error, delay });
        break;
      }
      case "dead_lettered": {
        const { kind: _, ...deadLettered } = observation;
        this.deadLettered.add(deadLettered);
        break;
      }
      case "skipped": {
        const { kind: _, ...skipped } = observation;
        this.skipped.add(skipped);
        break;
      }
      case "deferred":
      case "delivered":
      case "released":
    }
  }
}

function namesOf({ type, id, subscription }: DeliveredEvent["delivery"]): {
  type: string;
  id: string;
  subscription: string;
} {
  return { type, id, subscription };
}

function notKept(eventClass: AnyDomainEventClass): never {
  throw new UnimplementedError(
    `A skipped "${eventClass.definition.name}" was not read, as its type is not known there: look at all of skipped.`,
  );
}

/**
 * Watches event buses from now on.
 *
 * @param buses such as `app.get(EventBus)`; several buses fill the same sets
 * @returns the watch; disposing it (`using`) ends it
 */
export async function watchEvents(...buses: readonly EventBus[]): Promise<EventWatch> {
  const { reviveEvent: revive } = await import("@plinth/messaging");
  return new EventWatch(buses, revive);
}
