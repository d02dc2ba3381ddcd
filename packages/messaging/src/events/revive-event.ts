import type { AnyDomainEvent, AnyDomainEventClass } from "./definition.ts";
import type { EventEnvelope } from "./envelope.ts";
import { EventCodec } from "./event-codec.ts";
import { rememberWire } from "./event-wire.ts";

/** Makes events of one class out of envelopes. */
export class EventReviver {
  readonly #class: AnyDomainEventClass;
  readonly #codec: EventCodec;

  constructor(eventClass: AnyDomainEventClass) {
    this.#class = eventClass;
    this.#codec = new EventCodec(eventClass.definition);
  }

  /** Throws `failed_precondition` or `data_loss`; see `EventCodec.decode`. */
  revive(envelope: EventEnvelope): AnyDomainEvent {
    const { definition } = this.#class;
    const data = this.#codec.decode(envelope.data, envelope.dataversion);
    // Not by the constructor, which is for what publishers write, and would check it once more.
    const event = Object.create(this.#class.prototype) as AnyDomainEvent;
    Object.defineProperties(event, {
      type: { value: definition.name, enumerable: true },
      data: { value: data, enumerable: true },
    });
    rememberWire(event, () => ({ definition, ...this.#codec.encode(data) }));
    return Object.freeze(event);
  }
}
