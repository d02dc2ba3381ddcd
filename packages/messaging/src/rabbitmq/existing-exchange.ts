import { DeclarationError, type JsonObject, type JsonValue } from "@plinth/core/errors";
import type { AnyDomainEventClass } from "../events/event-definition.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";

/** A message of another program, as `read` is given it. */
export interface ForeignMessage {
  /** Name of the event that its routing key stands for. */
  readonly type: string;
  /** What it holds. */
  readonly body: JsonValue;
  readonly routingKey: string;
  /** The headers, as the client decodes them. */
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The event in a message of another program. */
export interface ForeignEvent {
  readonly data: JsonObject;
  /** Unique for the source. Default: the message's own id, or a hash of what it holds. */
  readonly id?: string | undefined;
  /** Default: the name of the exchange. */
  readonly source?: string | undefined;
  /** What orders it. Default: nothing. */
  readonly key?: string | undefined;
  /**
   * When it happened: a date, milliseconds since 1970, or text of RFC 3339 with an offset. Default: the
   * message's own timestamp, or when it was read.
   */
  readonly time?: Date | number | string | undefined;
  /** Version of the data. Default: 1. */
  readonly version?: number | undefined;
}

/** An exchange that belongs to other programs, with the events that go over it. */
export interface ExistingExchange {
  /** Its name. It has to be there, in any form: it is neither made nor changed. */
  readonly name: string;
  /**
   * The events that are published to it and received from it, and not over the exchange of the prefix.
   * Each event goes over one exchange.
   */
  readonly events: readonly AnyDomainEventClass[];
  /** The routing key of an event, by its name. Default: the name. */
  readonly routingKey?: ((type: string) => string) | undefined;
  /** Reads a body of JSON. What it throws makes the message a dead letter. Default: it is CloudEvents. */
  readonly read?: ((message: ForeignMessage) => ForeignEvent) | undefined;
  /** Makes the body, which is sent as JSON. Default: it is CloudEvents. */
  readonly write?: ((event: EventEnvelope) => JsonValue) | undefined;
}

/** Where events of one type go over an existing exchange. */
export interface ExistingRoute {
  readonly type: string;
  readonly key: string;
  readonly exchange: ExistingExchange;
}

/** The most bytes of a name or a routing key in the protocol. */
const maxNameLength = 255;

/** The existing exchanges of a driver. Throws a `DeclarationError` where they cannot be meant. */
export class ExistingExchanges {
  readonly names: readonly string[];
  readonly #byType = new Map<string, ExistingRoute>();
  readonly #byExchange = new Map<string, ExistingRoute[]>();

  constructor(exchanges: readonly ExistingExchange[] = []) {
    for (const exchange of exchanges) this.#add(exchange);
    this.names = [...this.#byExchange.keys()];
  }

  /** Where events of a type go; `undefined` where that is the exchange of the prefix. */
  routeOf(type: string): ExistingRoute | undefined {
    return this.#byType.get(type);
  }

  /** The event that a message is of, by where it came from; `undefined` where that is no such place. */
  routeFrom(exchange: string, key: string): ExistingRoute | undefined {
    return this.#byExchange.get(exchange)?.find((route) => route.key === key);
  }

  #add(exchange: ExistingExchange): void {
    const { name, events, routingKey = (type) => type } = exchange;
    const refuse = (reason: string): never => {
      throw new DeclarationError(`RabbitMQ exchange ${JSON.stringify(name)}: ${reason}.`);
    };
    if (!isName(name)) refuse(`the name must be text of 1 to ${maxNameLength} bytes`);
    if (this.#byExchange.has(name))
      refuse("it is listed twice; put all of its events into one list");
    const routes: ExistingRoute[] = [];
    for (const eventClass of events) {
      const type: unknown = eventClass?.definition?.name;
      if (typeof type !== "string") {
        refuse("its events must be event classes, and one of them is not");
        continue;
      }
      const other = this.#byType.get(type);
      if (other !== undefined) refuse(`"${type}" goes over "${other.exchange.name}" already`);
      const key: unknown = routingKey(type);
      if (!isName(key)) {
        refuse(`the routing key of "${type}" must be text of 1 to ${maxNameLength} bytes`);
        continue;
      }
      const same = routes.find((route) => route.key === key);
      if (same !== undefined) refuse(`"${type}" has the same routing key as "${same.type}"`);
      const route = { type, key, exchange };
      routes.push(route);
      this.#byType.set(type, route);
    }
    if (routes.length === 0) refuse("it needs at least one event");
    this.#byExchange.set(name, routes);
  }
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && Buffer.byteLength(value) <= maxNameLength;
}
