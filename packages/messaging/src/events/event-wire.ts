import { InvalidArgumentError, type JsonObject } from "@plinth/core/errors";
import type { AnyDomainEvent, EventDefinition } from "./event-definition.ts";

/** The parts of an event that are published. */
export interface EventWire {
  readonly definition: EventDefinition;
  /** Its data as JSON. */
  readonly data: JsonObject;
  readonly key: string | undefined;
}

/**
 * The method with which an event returns its JSON. A property would show when events are compared or
 * printed.
 */
export const eventWire: unique symbol = Symbol.for("plinth.event") as never;

/** The parts of an event that are published. Throws `invalid_argument` if the value is not an event. */
export function wireOf(event: AnyDomainEvent): EventWire {
  const given: unknown = event;
  const wire: unknown =
    typeof given === "object" && given !== null ? Reflect.get(given, eventWire) : undefined;
  if (wire === undefined) {
    throw new InvalidArgumentError(
      "Only events can be published: make one with new on a class that extends DomainEvent(...).",
    );
  }
  return (wire as () => EventWire).call(event);
}
