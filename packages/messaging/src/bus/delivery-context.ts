import type { Logger, RequestContext } from "@plinth/core";
import { continueTrace, parseTraceparent } from "@plinth/core/transport";
import type { EventEnvelope } from "../events/event-envelope.ts";
import type { DeliveryRun } from "./delivery-run.ts";

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
 * under the limits of the delivery, in nobody's name. What it costs to make is made when it is asked for.
 */
export class DeliveryContext implements RequestContext {
  readonly deadline: number;
  readonly logger: Logger | undefined;
  readonly #envelope: EventEnvelope;
  readonly #run: DeliveryRun;
  readonly #newId: () => string;
  #requestId: string | undefined;
  #traceparent: string | undefined;

  constructor(
    envelope: EventEnvelope,
    limits: { readonly deadline: number; readonly run: DeliveryRun },
    newId: () => string,
    logger: Logger | undefined,
  ) {
    this.deadline = limits.deadline;
    this.logger = logger;
    this.#envelope = envelope;
    this.#run = limits.run;
    this.#newId = newId;
  }

  get requestId(): string {
    this.#requestId ??= correlationOf(this.#envelope) ?? this.#newId();
    return this.#requestId;
  }

  get traceparent(): string {
    this.#traceparent ??= continueTrace(this.#envelope.traceparent);
    return this.#traceparent;
  }

  get tracestate(): string | undefined {
    const { traceparent, tracestate } = this.#envelope;
    return parseTraceparent(traceparent) === undefined ? undefined : tracestate;
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }
}
