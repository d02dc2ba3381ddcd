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

/** The class that `DomainEvent` returns: extend it to give the event a name. */
export interface DomainEventClass<N extends string, S extends EventSchema> {
  /** Throws `invalid_argument` with `details.errors` when the data do not fit the schema. */
  new (data: z.output<S>): DomainEventInstance<N, Readonly<z.output<S>>>;
  /** The declaration that the class was made from. */
  readonly definition: EventDefinition;
}

/**
 * Makes an event class out of a declaration:
 *
 *     export class UserCreated extends DomainEvent({
 *       name: "users.user-created", schema: z.object({ userId: z.string() }), key: "userId",
 *     }) {}
 *
 * `new UserCreated({ userId })` checks the data, copies and freezes them, so that what is published
 * later is what was checked. A subclass may add methods; fields of its own would not travel, and the
 * frozen event refuses them.
 *
 * Throws a `DeclarationError` when the name, the version, the key or the upcasters cannot be meant.
 *
 * @param declaration see {@link EventDeclaration}
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
    /** Absent in events that a subscriber was given: they are not made by the constructor. */
    readonly #wire: EventWire;

    constructor(data: z.output<S>) {
      const wire = codec.encode(data);
      // From the encoded form, so that publisher and subscriber hold the same, sharing nothing.
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
