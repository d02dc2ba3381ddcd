import { isUtf8 } from "node:buffer";
import { InvalidArgumentError } from "@plinth/core/errors";
import type { OutgoingMessage } from "../driver/message.ts";
import { checkEnvelope, checkForeign, isWellMade } from "./check-envelope.ts";
import type { EventEnvelope } from "./event-envelope.ts";
import { normalizeEnvelope } from "./normalize-envelope.ts";
import { findUnsafe } from "./find-unsafe.ts";

/** The media type of CloudEvents in structured mode, in JSON. */
export const contentType = "application/cloudevents+json";

/** The maximum size of an envelope in bytes, written or read. */
const maxBytes = 1_000_000;

/** Makes the message of an envelope. Throws `invalid_argument` if the envelope is not valid. */
export function encodeEnvelope(envelope: EventEnvelope): OutgoingMessage {
  const checked = checkEnvelope(envelope);
  const { id, type, subject } = checked;
  const body = Buffer.from(textOfEnvelope(checked), "utf8");
  if (body.byteLength > maxBytes) {
    throw new InvalidArgumentError(
      `The event "${type}" takes ${body.byteLength} bytes; the most that is published is ${maxBytes}. Publish a reference to what is large.`,
    );
  }
  return subject === undefined
    ? { id, type, body, contentType }
    : { id, type, key: subject, body, contentType };
}

function textOfEnvelope(envelope: EventEnvelope): string {
  try {
    return JSON.stringify(envelope);
  } catch (error) {
    throw new InvalidArgumentError(`The event "${envelope.type}" cannot be written as JSON.`, {
      cause: error,
    });
  }
}

/**
 * Reads the body of a message: CloudEvents 1.0 in JSON of any publisher, at most 1,000,000 bytes. Throws
 * `invalid_argument` if it is something else, or contains unsafe data, see `findUnsafe`. The message of the error
 * quotes none of the contents.
 */
export function decodeEnvelope(body: Uint8Array): EventEnvelope {
  if (body.byteLength > maxBytes) {
    throw new InvalidArgumentError(
      `The message takes ${body.byteLength} bytes; the most that is read is ${maxBytes}.`,
    );
  }
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    throw new InvalidArgumentError("The message is not JSON in UTF-8.");
  }
  checkSafe(value);
  if (isObject(value) && isWellMade(value)) return value;
  const normalized = normalizeEnvelope(value, (bytes) => {
    const data = parseJson(bytes);
    checkSafe({ data });
    return data;
  });
  return checkForeign(normalized);
}

function isObject(value: unknown): value is EventEnvelope {
  return typeof value === "object" && value !== null;
}

/** Before the schema: a schema that accepts any value recurses through all of it. */
function checkSafe(envelope: unknown): void {
  const fault = findUnsafe(envelope, 1);
  if (fault === undefined) return;
  const { path, message } = fault;
  throw new InvalidArgumentError(`CloudEvents envelope: ${path || "it"} ${message}.`, {
    details: { errors: [{ ...fault }] },
  });
}

/** Throws if it is not JSON in UTF-8. Skips a byte order mark at the start. */
function parseJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw new TypeError("Not UTF-8.");
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = bytes.toString("utf8");
  return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}
