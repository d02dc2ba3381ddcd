import { createHash } from "node:crypto";
import { redactText } from "@plinth/core";
import { InvalidArgumentError, type JsonValue } from "@plinth/core/errors";
import type { Message } from "amqplib";
import type { OutgoingMessage } from "../driver/message.ts";
import { contentType as structured } from "../events/envelope-codec.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import type { ExistingExchanges, ExistingRoute, ForeignEvent } from "./existing-exchange.ts";

/** A message of another program, converted to an envelope, or why that failed. */
export interface TranslatedMessage {
  readonly type?: string | undefined;
  readonly key?: string | undefined;
  readonly body?: Uint8Array | undefined;
  readonly unreadable?: string | undefined;
}

/**
 * Converts a message of another program to CloudEvents in structured mode, so that it needs no headers of its own
 * when it is stored for a retry or as a letter. `undefined` if it has that form already.
 */
export function translate(
  raw: Message,
  exchanges: ExistingExchanges,
): TranslatedMessage | undefined {
  const route = routeOf(raw, exchanges);
  if (route?.exchange.read !== undefined) return readBy(route, raw);
  const type: unknown = raw.properties.contentType;
  return typeof type === "string" && isStructured(type) ? undefined : translateBinary(raw);
}

/** Makes the message for an existing exchange. Throws `invalid_argument` if `write` fails. */
export function writeForeign(
  { exchange }: ExistingRoute,
  message: OutgoingMessage,
): { readonly body: Buffer; readonly contentType: string; readonly timestamp: number } {
  const envelope = JSON.parse(Buffer.from(message.body).toString("utf8")) as EventEnvelope;
  const timestamp = Math.floor(Date.parse(envelope.time) / 1_000);
  if (exchange.write === undefined) {
    return { body: Buffer.from(message.body), contentType: message.contentType, timestamp };
  }
  try {
    const body = Buffer.from(JSON.stringify(exchange.write(envelope)), "utf8");
    return { body, contentType: "application/json", timestamp };
  } catch (error) {
    throw new InvalidArgumentError(
      `What writes messages of the exchange "${exchange.name}" failed for "${envelope.type}": ${sentenceOf(error)}`,
      { cause: error },
    );
  }
}

function sentenceOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return "It threw no error.";
    const message: unknown = error.message;
    return redactText(String(message));
  } catch {
    return "It threw an error that cannot be read.";
  }
}

/** The subject in a body of CloudEvents, for messages without the header for the key. */
export function subjectOf(body: Buffer): string | undefined {
  // Most bodies without a key do not contain the word, and need not be parsed twice.
  if (!body.includes('"subject"')) return undefined;
  try {
    const { subject } = JSON.parse(body.toString("utf8")) as { subject?: unknown };
    return typeof subject === "string" && subject !== "" ? subject : undefined;
  } catch {
    return undefined;
  }
}

/** The id of the message, or a hash of its bytes. */
export function idOf(raw: Message): string {
  const id: unknown = raw.properties.messageId;
  if (typeof id === "string" && id !== "") return id;
  return `sha256-${createHash("sha256").update(raw.content).digest("hex").slice(0, 32)}`;
}

/** A message that the broker has moved by itself has its origin in a header. */
function routeOf(raw: Message, exchanges: ExistingExchanges): ExistingRoute | undefined {
  if (exchanges.names.length === 0) return undefined;
  const { exchange, routingKey } = raw.fields;
  if (exchange !== "") return exchanges.routeFrom(exchange, routingKey);
  const deaths: unknown = raw.properties.headers?.["x-death"];
  if (!Array.isArray(deaths)) return undefined;
  for (const death of deaths as Record<string, unknown>[]) {
    const [key] = (death["routing-keys"] ?? []) as unknown[];
    const route = exchanges.routeFrom(String(death["exchange"]), String(key));
    if (route !== undefined) return route;
  }
  return undefined;
}

function readBy({ type, exchange }: ExistingRoute, raw: Message): TranslatedMessage {
  const { read, name } = exchange;
  let body: JsonValue;
  try {
    body = JSON.parse(raw.content.toString("utf8")) as JsonValue;
  } catch {
    return { type, unreadable: "The message is not JSON in UTF-8." };
  }
  try {
    const { routingKey } = raw.fields;
    const headers = (raw.properties.headers ?? {}) as Readonly<Record<string, unknown>>;
    const event = read?.({ type, body, routingKey, headers });
    if (typeof event !== "object" || event === null) throw new TypeError("It returned no event.");
    return { type, key: event.key, body: envelopeOf(event, type, name, raw) };
  } catch (error) {
    const reason = sentenceOf(error);
    return { type, unreadable: `What reads messages of the exchange "${name}" failed: ${reason}` };
  }
}

function envelopeOf(event: ForeignEvent, type: string, exchange: string, raw: Message): Buffer {
  const { id = idOf(raw), source = exchange, key, version = 1, data } = event;
  const time = timeOf(event.time ?? timestampOf(raw.properties.timestamp));
  const envelope = { specversion: "1.0", id, source, type, time, dataversion: version, data };
  return bytesOf(key === undefined ? envelope : { ...envelope, subject: key });
}

function bytesOf(envelope: object): Buffer {
  return Buffer.from(JSON.stringify(envelope), "utf8");
}

function timeOf(time: Date | number | string | undefined): string | undefined {
  return time === undefined || typeof time === "string" ? time : new Date(time).toISOString();
}

/** AMQP counts in seconds. */
function timestampOf(timestamp: unknown): number | undefined {
  return typeof timestamp === "number" ? timestamp * 1_000 : undefined;
}

function isStructured(contentType: string): boolean {
  return contentType.slice(0, structured.length).toLowerCase() === structured;
}

/** The prefixes of the AMQP binding, of SDKs for AMQP 0-9-1, and of HTTP. */
const attributeHeader = /^(?:cloudevents[:_]|ce[-_])([a-z0-9]+)$/i;

/** CloudEvents in binary mode: the attributes are headers, the body is the data. */
function translateBinary(raw: Message): TranslatedMessage | undefined {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw.properties.headers ?? {}) as [string, unknown][]) {
    const [, attribute] = attributeHeader.exec(name) ?? [];
    if (attribute !== undefined) attributes[attribute.toLowerCase()] = attributeOf(value);
  }
  if (attributes["specversion"] === undefined) return undefined;
  const { dataversion, subject, type } = attributes;
  const version = typeof dataversion === "string" ? Number(dataversion) : dataversion;
  const contentType: unknown = raw.properties.contentType;
  const envelope = {
    ...attributes,
    ...(version !== undefined && { dataversion: version }),
    ...(typeof contentType === "string" && { datacontenttype: contentType }),
    ...dataOf(raw.content),
  };
  return {
    type: typeof type === "string" ? type : undefined,
    key: typeof subject === "string" && subject !== "" ? subject : undefined,
    body: bytesOf(envelope),
  };
}

/** As JSON if it is JSON, so that operators can read a letter. */
function dataOf(body: Buffer): object {
  if (body.byteLength === 0) return {};
  try {
    return { data: JSON.parse(body.toString("utf8")) as unknown };
  } catch {
    return { data_base64: body.toString("base64") };
  }
}

/** The client decodes a timestamp of AMQP as an object. */
function attributeOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { "!": kind, value: inner } = value as { "!"?: unknown; value?: unknown };
  return kind === "timestamp" ? timeOf(timestampOf(inner)) : inner;
}
