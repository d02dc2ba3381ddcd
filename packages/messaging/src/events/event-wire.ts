import { InvalidArgumentError, type JsonObject } from "@plinth/core/errors";
import type { AnyDomainEvent, EventDefinition } from "./event-definition.ts";

/** What of an event is sent. */
export interface EventWire {
  readonly definition: EventDefinition;
  /** Its data as JSON. */
  readonly data: JsonObject;
  readonly key: string | undefined;
}

/**
 * The method by which an event gives its JSON, for when it is published. A property would be seen by
 * whoever compares or prints events.
 */
export const eventWire: unique symbol = Symbol.for("plinth.event") as never;

/** What of an event is sent. Throws `invalid_argument` when it is not an event. */
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
