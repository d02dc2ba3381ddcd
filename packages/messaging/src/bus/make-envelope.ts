import { currentContext } from "@plinth/core";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import { wireOf } from "../events/event-wire.ts";

/**
 * Makes the envelope of an event, with the trace and the request id of the current context. Throws
 * `invalid_argument` if it is not an event.
 *
 * @param now Milliseconds since 1970.
 */
export function makeEnvelope(
  event: AnyDomainEvent,
  id: string,
  source: string,
  now: number,
): EventEnvelope {
  const { definition, data, key } = wireOf(event);
  const context = currentContext();
  // Step by step: one literal with spreads takes several times as long.
  const envelope: { -readonly [K in keyof EventEnvelope]?: EventEnvelope[K] } = {
    specversion: "1.0",
    id,
    source,
    type: definition.name,
  };
  if (key !== undefined) envelope.subject = key;
  envelope.time = new Date(now).toISOString();
  envelope.datacontenttype = "application/json";
  envelope.dataversion = definition.version;
  if (context !== undefined) {
    const { traceparent, tracestate, requestId } = context;
    if (traceparent !== undefined) envelope.traceparent = traceparent;
    if (tracestate !== undefined) envelope.tracestate = tracestate;
    envelope.correlationid = requestId;
  }
  envelope.data = data;
  return envelope as EventEnvelope;
}
