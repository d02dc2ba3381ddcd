import type { JsonObject } from "@plinth/core/errors";
import type { z } from "zod";

/** A schema of an event's data: an object of JSON values. */
export type EventSchema = z.ZodObject;

/** Makes the data of one version from those of the previous version. */
export type EventUpcaster = (data: JsonObject) => JsonObject;

/** The fields of an event's data that can be its key: those of type string. */
export type EventKeyField<T> = {
  [F in keyof T & string]: T[F] extends string ? F : never;
}[keyof T & string];

/** The declaration of an event. */
export interface EventDeclaration<N extends string, S extends EventSchema> {
  /**
   * Its name, unique in the whole system, such as `"users.user-created"`: words of letters, digits, single
   * hyphens and underscores, joined by dots, at most 128 characters. Case counts.
   */
  readonly name: N;
  /** The schema of its data. Publishers refuse unknown fields; subscribers drop them. */
  readonly schema: S;
  /** Version of the schema. Raise it when old data do not fit the new schema. Default: 1. */
  readonly version?: number | undefined;
  /**
   * The field that orders events: an ordered subscription gets events of one key in the order of
   * publishing. Also the CloudEvents `subject`. Default: none.
   */
  readonly key?: EventKeyField<z.output<S>> | undefined;
  /**
   * For each older version the upcaster to the next one. Events of a version without one become dead letters.
   * Default: none.
   */
  readonly upcasters?: Readonly<Record<number, EventUpcaster>> | undefined;
}

/** A declaration with its defaults, checked and frozen. */
export interface EventDefinition {
  readonly name: string;
  readonly version: number;
  readonly schema: EventSchema;
  readonly key: string | undefined;
  readonly upcasters: Readonly<Record<number, EventUpcaster>>;
}

/** An event of any class. */
export interface AnyDomainEvent {
  /** The name of the event. `switch` over it narrows the class. */
  readonly type: string;
  /** What happened. Validated and frozen. */
  readonly data: object;
}

/** An event class of any kind. */
export interface AnyDomainEventClass {
  // `never` lets classes with any data be assigned.
  new (data: never): AnyDomainEvent;
  readonly prototype: AnyDomainEvent;
  readonly definition: EventDefinition;
}
