import type { JsonObject } from "@plinth/core/errors";

/** An event as it is published: CloudEvents 1.0 in the JSON format, in structured mode. All of it is JSON. */
export interface EventEnvelope {
  readonly specversion: "1.0";
  /** Unique for the source, and the same in every delivery. */
  readonly id: string;
  /** The app that published it. */
  readonly source: string;
  /** Name of the event. */
  readonly type: string;
  /** The event's key. Absent: it has none. */
  readonly subject?: string;
  /** When it happened: RFC 3339, in UTC in envelopes that a bus has made. */
  readonly time: string;
  readonly datacontenttype: "application/json";
  /** Version of the event's schema: a whole number. An extension. */
  readonly dataversion: number;
  /** The W3C trace that it belongs to. Absent: none. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** Request id of the request that published it. An extension. Absent: none. */
  readonly correlationid?: string;
  readonly data: JsonObject;
}
