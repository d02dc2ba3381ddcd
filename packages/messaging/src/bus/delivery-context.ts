import type { Logger, RequestContext } from "@plinth/core";
import { continueTrace, parseTraceparent } from "@plinth/core/transport";
import type { EventEnvelope } from "../events/event-envelope.ts";
import type { DeliveryRun } from "./delivery-run.ts";

// The same as for HTTP's header: logs and messages must not take any text that a stranger sent.
const requestIdPattern = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** The request id of the request that published an event; `undefined` if there is none, or no valid one. */
export function correlationOf({ correlationid }: EventEnvelope): string | undefined {
  return correlationid !== undefined && requestIdPattern.test(correlationid)
    ? correlationid
    : undefined;
}

/**
 * The context that a handler runs in: the trace and the request id of the publisher, the limits of the
 * delivery, and no principal. Ids are made on first use, because they cost time.
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
