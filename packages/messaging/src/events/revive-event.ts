import { InvalidArgumentError, type ServiceError } from "@plinth/core/errors";
import type { AnyDomainEvent, AnyDomainEventClass } from "./event-definition.ts";
import type { EventEnvelope } from "./event-envelope.ts";
import { EventCodec } from "./event-codec.ts";

/** Makes events of one class from envelopes. */
export class EventReviver {
  readonly #class: AnyDomainEventClass;
  readonly #codec: EventCodec;

  constructor(eventClass: AnyDomainEventClass) {
    this.#class = eventClass;
    this.#codec = new EventCodec(eventClass.definition);
  }

  /** The error for an envelope of a newer version than the class; `undefined` if its version is not newer. */
  newerThanKnown({ dataversion }: EventEnvelope): ServiceError | undefined {
    return this.#codec.newerThanKnown(dataversion);
  }

  /** Throws `failed_precondition` or `data_loss`; see `EventCodec.decode`. */
  revive(envelope: EventEnvelope): AnyDomainEvent {
    const { definition } = this.#class;
    const data = this.#codec.decode(envelope.data, envelope.dataversion);
    // Not by the constructor, which is for publishers and would check the data again.
    const event = Object.create(this.#class.prototype) as { type: string; data: object };
    event.type = definition.name;
    event.data = data;
    return Object.freeze(event);
  }
}

/**
 * The event in an envelope, upcast to the version of its class. For code that gets envelopes, such
 * as observers of the bus and readers of dead letters.
 *
 * Throws `invalid_argument` if the envelope is of another event, `failed_precondition` if its version
 * is newer than the class or an upcaster is missing, and `data_loss` if the result does not fit the schema.
 */
export function reviveEvent<E extends AnyDomainEvent>(
  eventClass: AnyDomainEventClass & { readonly prototype: E },
  envelope: EventEnvelope,
): E {
  const { name } = eventClass.definition;
  if (envelope.type !== name) {
    throw new InvalidArgumentError(`The envelope is of "${envelope.type}", not of "${name}".`);
  }
  return new EventReviver(eventClass).revive(envelope) as E;
}
