import { continueTrace, type Logger, parseTraceparent, type RequestContext } from "@plinth/core";
import type { EventEnvelope } from "../events/envelope.ts";

// As of HTTP's header for it: what goes into logs and messages must not be whatever was sent.
const requestIdPattern = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** The request id of a request that an event arose in; `undefined` where it says none that is usable. */
export function correlationOf({ correlationid }: EventEnvelope): string | undefined {
  return correlationid !== undefined && requestIdPattern.test(correlationid)
    ? correlationid
    : undefined;
}

/**
 * The context that a handler runs in: it continues the trace and the request that the event arose in,
 * under the limits of the delivery, in nobody's name.
 */
export function deliveryContext(
  envelope: EventEnvelope,
  limits: { readonly deadline: number; readonly signal: AbortSignal },
  newId: () => string,
  logger: Logger | undefined,
): RequestContext {
  const continued = parseTraceparent(envelope.traceparent) !== undefined;
  return {
    requestId: correlationOf(envelope) ?? newId(),
    traceparent: continueTrace(envelope.traceparent),
    tracestate: continued ? envelope.tracestate : undefined,
    ...limits,
    logger,
  };
}
