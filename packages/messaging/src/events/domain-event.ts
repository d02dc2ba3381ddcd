import type { z } from "zod";
import { checkEventDeclaration } from "./check-event-declaration.ts";
import type {
  AnyDomainEvent,
  EventDeclaration,
  EventDefinition,
  EventSchema,
} from "./event-definition.ts";
import { EventCodec } from "./event-codec.ts";
import { eventWire, type EventWire } from "./event-wire.ts";

/** An event of a class made by `DomainEvent`. */
export interface DomainEventInstance<N extends string, T> extends AnyDomainEvent {
  readonly type: N;
  readonly data: T & object;
}

/** The class that `DomainEvent` returns. Extend it to give it a name. */
export interface DomainEventClass<N extends string, S extends EventSchema> {
  /** Throws `invalid_argument` with `details.errors` if the data do not fit the schema. */
  new (data: z.output<S>): DomainEventInstance<N, Readonly<z.output<S>>>;
  /** The declaration that the class was made from. */
  readonly definition: EventDefinition;
}

/**
 * Makes an event class from a declaration:
 *
 *     export class UserCreated extends DomainEvent({
 *       name: "users.user-created", schema: z.object({ userId: z.string() }), key: "userId",
 *     }) {}
 *
 * `new UserCreated({ userId })` validates, copies and freezes the data, so that the checked data are
 * published. A subclass may add methods. It cannot add fields: they would not be published, and the event is
 * frozen.
 *
 * Throws a `DeclarationError` if the name, the version, the key or the upcasters are not valid.
 */
export function DomainEvent<const N extends string, S extends EventSchema>(
  declaration: EventDeclaration<N, S>,
): DomainEventClass<N, S> {
  const { name, schema, version = 1, key, upcasters = {} } = declaration;
  const definition: EventDefinition = Object.freeze({
    name,
    version,
    schema,
    key,
    upcasters: Object.freeze({ ...upcasters }),
  });
  checkEventDeclaration(definition);
  const codec = new EventCodec(definition);
  return class {
    static readonly definition: EventDefinition = definition;
    readonly type: N = name;
    readonly data: Readonly<z.output<S>>;
    /** Absent in events that a subscriber gets: they are not made by the constructor. */
    readonly #wire: EventWire;

    constructor(data: z.output<S>) {
      const wire = codec.encode(data);
      // From the encoded form, so that publisher and subscriber have equal data and share nothing.
      this.data = codec.readOwn(wire.data) as Readonly<z.output<S>>;
      this.#wire = wire;
      Object.freeze(this);
    }

    [eventWire](): EventWire {
      const { data } = this;
      return #wire in this ? this.#wire : codec.encode(data);
    }
  };
}
