import { isUtf8 } from "node:buffer";
import { createSchemaCheck } from "@plinth/core";
import { InvalidArgumentError, validationError } from "@plinth/core/errors";
import { z } from "zod";
import type { OutgoingMessage } from "../driver/message.ts";
import type { EventEnvelope } from "./envelope.ts";

/** The media type of CloudEvents in structured mode, in JSON. */
const contentType = "application/cloudevents+json";

/** The most bytes of an envelope. */
const mostBytes = 1_000_000;

const text = z.string().min(1).max(256);

// Loose, because CloudEvents lets intermediaries add attributes of their own.
const envelopeSchema = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string().regex(/^[\x21-\x7e]{1,128}$/, "Must be 1 to 128 characters of printable ASCII"),
  source: text,
  type: z.string().min(1).max(128),
  subject: text.optional(),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal("application/json").default("application/json"),
  dataversion: z.int().min(1).max(2_147_483_647).default(1),
  traceparent: z.string().max(512).optional(),
  tracestate: z.string().max(1024).optional(),
  correlationid: z.string().max(256).optional(),
  data: z.record(z.string(), z.unknown()),
});

const envelopeCheck = createSchemaCheck(envelopeSchema);

/** Turns an envelope into what a driver publishes. Throws `invalid_argument` when it is not valid. */
export function encodeEnvelope(envelope: EventEnvelope): OutgoingMessage {
  if (!isWellMade(envelope)) checkEnvelope(envelope);
  const body = Buffer.from(JSON.stringify(envelope), "utf8");
  if (body.byteLength > mostBytes) {
    throw new InvalidArgumentError(
      `The event "${envelope.type}" takes ${body.byteLength} bytes; the most that is published is ${mostBytes}. Publish a reference to what is large.`,
    );
  }
  const { id, type, subject } = envelope;
  return subject === undefined
    ? { id, type, body, contentType }
    : { id, type, key: subject, body, contentType };
}

/**
 * Reads the body of a message. Throws `invalid_argument` when it is not JSON or not an envelope; the
 * message says what is wrong and shows nothing of the contents.
 */
export function decodeEnvelope(body: Uint8Array): EventEnvelope {
  let value: unknown;
  try {
    value = JSON.parse(textOf(body));
  } catch {
    // The parser's own message quotes the text, which may hold anything.
    throw new InvalidArgumentError("The message is not JSON in UTF-8.");
  }
  return checkEnvelope(value);
}

/** Throws where it is not UTF-8. A byte order mark at its start is no part of the text. */
function textOf(body: Uint8Array): string {
  if (!isUtf8(body)) throw new TypeError("Not UTF-8.");
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = bytes.toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

const printable = /^[\x21-\x7e]{1,128}$/;
/** As `Date` writes it; of what that cannot have written the day is not sure. */
const instant =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/**
 * Whether the schema is sure to accept an envelope: several times faster for those that a bus has
 * just made. What this is not sure of, the schema decides.
 */
function isWellMade(envelope: EventEnvelope): boolean {
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
    (traceparent === undefined || isText(traceparent, 0, 512)) &&
    (tracestate === undefined || isText(tracestate, 0, 1024)) &&
    (correlationid === undefined || isText(correlationid, 0, 256)) &&
    isPlainObject(data)
  );
}

function isText(value: unknown, least: number, most: number): boolean {
  return typeof value === "string" && value.length >= least && value.length <= most;
}

function isPlainObject(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function checkEnvelope(value: unknown): EventEnvelope {
  const parsed = envelopeCheck.decode(value);
  if (!parsed.success) throw validationError(parsed.error, "CloudEvents envelope");
  return parsed.data as EventEnvelope;
}
