import { DeclarationError, type JsonObject, type JsonValue } from "@plinth/core/errors";
import type { AnyDomainEventClass } from "../events/event-definition.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";

/** A message of another program, for `read`. */
export interface ForeignMessage {
  /** Name of the event that its routing key means. */
  readonly type: string;
  /** The parsed body. */
  readonly body: JsonValue;
  readonly routingKey: string;
  /** The headers, as the client decodes them. */
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The event in a message of another program. */
export interface ForeignEvent {
  readonly data: JsonObject;
  /** Unique for the source. Default: the id of the message, or a hash of its body. */
  readonly id?: string | undefined;
  /** Default: the name of the exchange. */
  readonly source?: string | undefined;
  /** The key that orders it. Default: none. */
  readonly key?: string | undefined;
  /**
   * When it happened: a date, milliseconds since 1970, or text of RFC 3339 with an offset. Default: the
   * timestamp of the message, or the time of reading.
   */
  readonly time?: Date | number | string | undefined;
  /** Version of the data. Default: 1. */
  readonly version?: number | undefined;
}

/** An exchange of other programs, with the events that go over it. */
export interface ExistingExchange {
  /** Its name. It must exist, with any type: the driver neither creates nor changes it. */
  readonly name: string;
  /**
   * The events that are published to it and received from it, in place of the exchange of the prefix.
   * Each event goes over one exchange.
   */
  readonly events: readonly AnyDomainEventClass[];
  /** The routing key of an event, by its name. Default: the name. */
  readonly routingKey?: ((type: string) => string) | undefined;
  /** Reads a body of JSON. If it throws, the message becomes a dead letter. Default: the body is CloudEvents. */
  readonly read?: ((message: ForeignMessage) => ForeignEvent) | undefined;
  /**
   * Makes the body, which is sent as JSON. If it throws, `publish` rejects with `invalid_argument`. Default: the
   * body is CloudEvents.
   */
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

/** The existing exchanges of a driver. Throws a `DeclarationError` if they are not valid. */
export class ExistingExchanges {
  readonly names: readonly string[];
  readonly #byType = new Map<string, ExistingRoute>();
  readonly #byExchange = new Map<string, ExistingRoute[]>();

  constructor(exchanges: readonly ExistingExchange[] = []) {
    for (const exchange of exchanges) this.#add(exchange);
    this.names = [...this.#byExchange.keys()];
  }

  /** Where events of a type go; `undefined`: over the exchange of the prefix. */
  routeOf(type: string): ExistingRoute | undefined {
    return this.#byType.get(type);
  }

  /** The event of a message, by the exchange and key that it came from; `undefined` if they are not listed. */
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
