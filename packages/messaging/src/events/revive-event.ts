import { InvalidArgumentError, type ServiceError } from "@plinth/core/errors";
import type { AnyDomainEvent, AnyDomainEventClass } from "./event-definition.ts";
import type { EventEnvelope } from "./event-envelope.ts";
import { EventCodec } from "./event-codec.ts";

/** Makes events of one class out of envelopes. */
export class EventReviver {
  readonly #class: AnyDomainEventClass;
  readonly #codec: EventCodec;

  constructor(eventClass: AnyDomainEventClass) {
    this.#class = eventClass;
    this.#codec = new EventCodec(eventClass.definition);
  }

  /** Why an envelope of a version that the class cannot know yet is not read; otherwise `undefined`. */
  newerThanKnown({ dataversion }: EventEnvelope): ServiceError | undefined {
    return this.#codec.newerThanKnown(dataversion);
  }

  /** Throws `failed_precondition` or `data_loss`; see `EventCodec.decode`. */
  revive(envelope: EventEnvelope): AnyDomainEvent {
    const { definition } = this.#class;
    const data = this.#codec.decode(envelope.data, envelope.dataversion);
    // Not by the constructor, which is for what publishers write, and would check it once more.
    const event = Object.create(this.#class.prototype) as { type: string; data: object };
    event.type = definition.name;
    event.data = data;
    return Object.freeze(event);
  }
}

/**
 * The event in an envelope, brought up to the version of its class. For code that sees envelopes, such
 * as observers of the bus and readers of dead letters.
 *
 * Throws `invalid_argument` when the envelope is of another event, `failed_precondition` when its version
 * is newer than the class or has no way up to it, and `data_loss` when the result does not fit the schema.
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
