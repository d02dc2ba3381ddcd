import { UnimplementedError } from "@plinth/core/errors";
import type { z } from "zod";
import type {
  AnyDomainEvent,
  EventDeclaration,
  EventDefinition,
  EventSchema,
} from "./definition.ts";

/** An event of a class made by `DomainEvent`. */
export interface DomainEventInstance<N extends string, T> extends AnyDomainEvent {
  readonly type: N;
  readonly data: T & object;
}

/** The class that `DomainEvent` returns: extend it to give the event a name. */
export interface DomainEventClass<N extends string, S extends EventSchema> {
  /** Throws `invalid_argument` with `details.errors` when the data do not fit the schema. */
  new (data: z.input<S>): DomainEventInstance<N, Readonly<z.output<S>>>;
  /** The declaration that the class was made from. */
  readonly definition: EventDefinition;
}

/** Makes an event class out of a declaration. */
export function DomainEvent<const N extends string, S extends EventSchema>(
  _declaration: EventDeclaration<N, S>,
): DomainEventClass<N, S> {
  throw new UnimplementedError("DomainEvent is being written.");
}
