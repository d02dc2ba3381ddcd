import type { JsonObject } from "@plinth/core/errors";
import type { z } from "zod";

/** A schema of an event's data: an object of JSON values. */
export type EventSchema = z.ZodObject;

/** Makes the data of one version out of that of the version before. */
export type EventUpcaster = (data: JsonObject) => JsonObject;

/** The fields of an event's data that can be its key: those that are text. */
export type EventKeyField<T> = {
  [F in keyof T & string]: T[F] extends string ? F : never;
}[keyof T & string];

/** What an event is declared by. */
export interface EventDeclaration<N extends string, S extends EventSchema> {
  /**
   * Its name in the whole system, such as `"users.user-created"`: words of letters, digits, single
   * hyphens and underscores, joined by dots, 128 characters at most. Case counts.
   */
  readonly name: N;
  /** What its data are. Unknown fields are refused by the publisher and dropped by the subscriber. */
  readonly schema: S;
  /** Counts up when the schema changes so that old data do not fit. Default: 1. */
  readonly version?: number | undefined;
  /**
   * The field that orders events: those of one key reach an ordered subscription in the order of
   * publishing. Also the CloudEvents `subject`. Default: none.
   */
  readonly key?: EventKeyField<z.output<S>> | undefined;
  /** Under each older version the step to the next one. Events of versions without one are dead letters. */
  readonly upcasters?: Readonly<Record<number, EventUpcaster>> | undefined;
}

/** A declaration as the bus reads it: with defaults, checked and frozen. */
export interface EventDefinition {
  readonly name: string;
  readonly version: number;
  readonly schema: EventSchema;
  readonly key: string | undefined;
  readonly upcasters: Readonly<Record<number, EventUpcaster>>;
}

/** What is true of every event, whatever its class. */
export interface AnyDomainEvent {
  /** The name of the event, by which `switch` tells classes apart. */
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
