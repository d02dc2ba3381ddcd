import { validationError } from "@plinth/core";
import { createSchemaCheck, limitTracestate } from "@plinth/core/transport";
import { z } from "zod";
import type { EventEnvelope } from "./event-envelope.ts";

const text = z.string().min(1).max(256);

// Loose, because CloudEvents lets intermediaries add attributes of their own.
const ownSchema = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string().regex(/^[\x21-\x7e]{1,128}$/, "Must be 1 to 128 characters of printable ASCII"),
  source: text,
  type: z.string().min(1).max(128),
  subject: text.optional(),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal("application/json").default("application/json"),
  dataversion: z.int().min(1).max(2_147_483_647).default(1),
  traceparent: z.string().max(512).optional(),
  tracestate: z.string().max(512).optional(),
  correlationid: z.string().max(256).optional(),
  data: z.record(z.string(), z.unknown()),
});

// CloudEvents has no such limits. These bound the texts that reach logs and the stores of handlers.
const foreignSchema = ownSchema.extend({
  id: z
    .string()
    .regex(/^[^\p{Cc}]{1,512}$/u, "Must be 1 to 512 characters, none of them a control"),
  source: z.string().min(1).max(2_048),
  subject: z.string().min(1).max(2_048).optional(),
});

const ownCheck = createSchemaCheck(ownSchema);
const foreignCheck = createSchemaCheck(foreignSchema);

/** The attributes that only identify a trace or a request. */
type Tracing = "traceparent" | "tracestate" | "correlationid";

/**
 * Returns an envelope that can be published: the same one, or a copy with shorter or fewer attributes for tracing.
 * Throws `invalid_argument` if it is not valid.
 */
export function checkEnvelope(envelope: EventEnvelope): EventEnvelope {
  if (isWellMade(envelope)) return envelope;
  return checked(ownCheck, withoutBadTracing(envelope));
}

/**
 * The same for an envelope that was received from any publisher.
 *
 * @param value The result of `normalizeEnvelope`.
 */
export function checkForeign(value: unknown): EventEnvelope {
  return checked(foreignCheck, withoutBadTracing(value));
}

function checked(check: typeof ownCheck, value: unknown): EventEnvelope {
  const parsed = check.decode(value);
  if (!parsed.success) throw validationError(parsed.error, "CloudEvents envelope");
  return parsed.data as EventEnvelope;
}

/** Without attributes for tracing that are too long or not text: no event is lost because of them. */
function withoutBadTracing(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { traceparent, tracestate, correlationid, ...rest } = value as Partial<
    Record<Tracing, unknown>
  >;
  const kept: Partial<Record<Tracing, string>> = {};
  if (isText(traceparent, 1, 512)) kept.traceparent = traceparent;
  const state = isText(tracestate, 1, Infinity) ? limitTracestate(tracestate) : undefined;
  if (state !== undefined) kept.tracestate = state;
  if (isText(correlationid, 1, 256)) kept.correlationid = correlationid;
  return { ...rest, ...kept };
}

const printable = /^[\x21-\x7e]{1,128}$/;
/** As `Date` writes it, with a day that every month has. */
const instant =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/**
 * Whether the schema certainly accepts an envelope unchanged. Several times faster than the schema for
 * envelopes that a bus has made. If it is `false`, the schema decides.
 */
export function isWellMade(envelope: EventEnvelope): boolean {
  const { specversion, id, source, type, subject, time, datacontenttype, dataversion } = envelope;
  const { traceparent, tracestate, correlationid, data } = envelope;
  return (
    specversion === "1.0" &&
    datacontenttype === "application/json" &&
    isText(id, 1, 128) &&
    printable.test(id) &&
    isText(source, 1, 256) &&
    isText(type, 1, 128) &&
    (subject === undefined || isText(subject, 1, 256)) &&
    isText(time, 24, 24) &&
    instant.test(time) &&
    Number.isInteger(dataversion) &&
    dataversion >= 1 &&
    dataversion <= 2_147_483_647 &&
    (traceparent === undefined || isText(traceparent, 1, 512)) &&
    (tracestate === undefined || limitTracestate(tracestate) === tracestate) &&
    (correlationid === undefined || isText(correlationid, 1, 256)) &&
    isPlainObject(data)
  );
}

function isText(value: unknown, least: number, most: number): value is string {
  return typeof value === "string" && value.length >= least && value.length <= most;
}

function isPlainObject(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
