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

/** Turns an envelope into what a driver publishes. Throws `invalid_argument` when it is not valid. */
export function encodeEnvelope(envelope: EventEnvelope): OutgoingMessage {
  checkEnvelope(envelope);
  const body = Buffer.from(JSON.stringify(envelope), "utf8");
  if (body.byteLength > mostBytes) {
    throw new InvalidArgumentError(
      `The event "${envelope.type}" takes ${body.byteLength} bytes; the most that is published is ${mostBytes}. Publish a reference to what is large.`,
    );
  }
  const { id, type, subject } = envelope;
  return { id, type, body, contentType, ...(subject !== undefined && { key: subject }) };
}

/**
 * Reads the body of a message. Throws `invalid_argument` when it is not JSON or not an envelope; the
 * message says what is wrong and shows nothing of the contents.
 */
export function decodeEnvelope(body: Uint8Array): EventEnvelope {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The parser's own message quotes the text, which may hold anything.
    throw new InvalidArgumentError("The message is not JSON in UTF-8.");
  }
  return checkEnvelope(value);
}

function checkEnvelope(value: unknown): EventEnvelope {
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) throw validationError(parsed.error, "CloudEvents envelope");
  return parsed.data as unknown as EventEnvelope;
}
