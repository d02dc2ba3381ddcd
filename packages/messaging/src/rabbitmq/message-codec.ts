import type { ErrorCode } from "@plinth/core/errors";
import { errorCodes } from "@plinth/core/errors";
import type { Message, Options } from "amqplib";
import type { StoredLetter } from "../driver/letter-store.ts";
import type { IncomingMessage, OutgoingMessage } from "../driver/message.ts";
import type { DeadLetterReason } from "../driver/settlement.ts";
import { contentType as structured } from "../events/envelope-codec.ts";
import { ExistingExchanges } from "./existing-exchange.ts";
import { idOf, subjectOf, translate } from "./foreign-message.ts";
import { typeOfRoutingKey } from "./broker-names.ts";

const header = {
  key: "x-plinth-key",
  attempt: "x-plinth-attempt",
  replayed: "x-plinth-replayed",
  repeated: "x-plinth-repeated",
  notBefore: "x-plinth-not-before",
  handed: "x-plinth-handed",
  code: "x-plinth-reason-code",
  message: "x-plinth-reason-message",
  attempts: "x-plinth-reason-attempts",
  at: "x-plinth-reason-at",
} as const;

/** The broker's count of how often a message was returned unsettled. */
const deliveryCount = "x-delivery-count";

/** The properties of a published message. */
export type Properties = Options.Publish;

/** A message from the broker, without the facts of its delivery. */
interface StoredMessage {
  readonly id: string;
  readonly type: string;
  readonly key?: string | undefined;
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** The properties of a message that is published, or stored again. */
export function propertiesOf(
  message: Omit<OutgoingMessage, "body">,
  headers: Readonly<Record<string, string | number>> = {},
): Properties {
  return {
    messageId: message.id,
    type: message.type,
    contentType: message.contentType,
    persistent: true,
    headers: message.key === undefined ? { ...headers } : { [header.key]: message.key, ...headers },
  };
}

/** The properties of a retry. */
export function retryProperties(
  message: Omit<OutgoingMessage, "body">,
  attempt: number,
  raw: Message,
): Properties {
  const replayed = numberOf(raw, header.replayed);
  return propertiesOf(message, {
    [header.attempt]: attempt,
    ...(replayed !== undefined && { [header.replayed]: replayed }),
  });
}

/**
 * The properties of a replayed letter.
 *
 * @param replay A number that distinguishes it from other replays of the same letter.
 */
export function replayProperties(
  letter: Omit<OutgoingMessage, "body">,
  replay: number,
): Properties {
  return propertiesOf(letter, { [header.replayed]: replay });
}

/** Marks a message that some of its queues may have already. */
export function repeatedProperties(properties: Properties): Properties {
  return { ...properties, headers: { ...properties.headers, [header.repeated]: 1 } };
}

/** The properties of a letter. */
export function letterProperties(
  message: Omit<OutgoingMessage, "body">,
  reason: DeadLetterReason,
): Properties {
  return propertiesOf(message, {
    [header.code]: reason.code,
    [header.message]: reason.message,
    [header.attempts]: reason.attempts,
    [header.at]: reason.at,
  });
}

/** The note of a message that waits in its queue. */
export interface AttemptNote {
  /** The number of the attempt that is next or under way, from 1. */
  readonly attempt: number;
  /** When it may begin, in milliseconds since 1970. */
  readonly notBefore: number;
  /** How often a handler got it after it was returned several times. */
  readonly handed: number;
}

/** The properties of a note. */
export function noteProperties(id: string, note: AttemptNote): Properties {
  const headers = {
    [header.attempt]: note.attempt,
    [header.notBefore]: note.notBefore,
    [header.handed]: note.handed,
  };
  return { messageId: id, persistent: true, headers };
}

/** Reads a note. */
export function readNote(raw: Message): AttemptNote & { readonly id: string } {
  return {
    id: idOf(raw),
    attempt: numberOf(raw, header.attempt) ?? 1,
    notBefore: numberOf(raw, header.notBefore) ?? 0,
    handed: numberOf(raw, header.handed) ?? 0,
  };
}

const none: ExistingExchanges = new ExistingExchanges();

/**
 * Reads a message. Messages of other programs may have their type only in the routing key or the body, and
 * no id.
 */
function readStored(
  raw: Message,
  exchanges: ExistingExchanges,
): StoredMessage & { readonly unreadable?: string | undefined } {
  const ownType: unknown = raw.properties.type;
  const ownContentType: unknown = raw.properties.contentType;
  const ownKey: unknown = raw.properties.headers?.[header.key];
  const translated = translate(raw, exchanges);
  // The client does not use this part of its buffer again.
  const body = translated?.body ?? raw.content;
  return {
    id: idOf(raw),
    type:
      translated?.type ??
      (typeof ownType === "string" ? ownType : typeOfRoutingKey(raw.fields.routingKey)),
    key: translated?.key ?? (typeof ownKey === "string" ? ownKey : subjectOf(raw.content)),
    body,
    contentType:
      translated?.body !== undefined
        ? structured
        : typeof ownContentType === "string"
          ? ownContentType
          : "application/octet-stream",
    unreadable: translated?.unreadable,
  };
}

/**
 * Reads a delivery.
 *
 * @param exchanges The exchanges of other programs, whose messages have another form. Default: none.
 */
export function readDelivery(raw: Message, exchanges: ExistingExchanges = none): IncomingMessage {
  const { id, type, key, body, contentType, unreadable } = readStored(raw, exchanges);
  const attempt = Math.max(1, numberOf(raw, header.attempt) ?? 1);
  const lostDeliveries = numberOf(raw, deliveryCount) ?? 0;
  const replayed = numberOf(raw, header.replayed) !== undefined;
  const redelivered = attempt > 1 || replayed || isRepetition(raw);
  const message = { id, type, key, body, contentType, attempt, redelivered, lostDeliveries };
  return unreadable === undefined ? message : { ...message, unreadable };
}

/** Whether this attempt of a message may have been delivered before. */
export function isRepetition(raw: Message): boolean {
  return (
    raw.fields.redelivered || (numberOf(raw, deliveryCount) ?? 0) > 0 || isRepeatedByPublisher(raw)
  );
}

/** Whether its publisher had to send it again, so that its queue may have had two copies. */
export function isRepeatedByPublisher(raw: Message): boolean {
  return numberOf(raw, header.repeated) !== undefined;
}

/**
 * Identifies an attempt of a message. `undefined` for a message that was published without an id: another one with the
 * same bytes may be another event.
 */
export function attemptKey(raw: Message): string | undefined {
  const id: unknown = raw.properties.messageId;
  if (typeof id !== "string" || id === "") return undefined;
  const attempt = numberOf(raw, header.attempt) ?? 1;
  return `${attempt} ${numberOf(raw, header.replayed) ?? 0} ${raw.fields.routingKey} ${id}`;
}

/** Reads a letter with its reason. */
export function readLetter(raw: Message, exchanges: ExistingExchanges = none): StoredLetter {
  const code: unknown = raw.properties.headers?.[header.code];
  const message: unknown = raw.properties.headers?.[header.message];
  const reason: DeadLetterReason = isCode(code)
    ? {
        code,
        message: typeof message === "string" ? message : "",
        attempts: numberOf(raw, header.attempts) ?? 0,
        at: numberOf(raw, header.at) ?? 0,
      }
    : brokersReason(raw);
  const { unreadable: _, ...stored } = readStored(raw, exchanges);
  return { ...stored, reason };
}

/** A letter without our reason was moved by the broker, which adds its own. */
function brokersReason(raw: Message): DeadLetterReason {
  const death: unknown = raw.properties.headers?.["x-death"]?.[0];
  const { reason, time } = (death ?? {}) as { reason?: unknown; time?: { value?: unknown } };
  const seconds = time?.value;
  const why =
    reason === "delivery_limit"
      ? "It was delivered again and again, and every consumer was lost before it had settled it."
      : `The broker moved it here${typeof reason === "string" ? ` (${reason})` : ""}.`;
  const at = typeof seconds === "number" ? seconds * 1000 : 0;
  return { code: "aborted", message: why, attempts: numberOf(raw, header.attempt) ?? 0, at };
}

function isCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorCodes, value);
}

function numberOf(raw: Message, name: string): number | undefined {
  const value: unknown = raw.properties.headers?.[name];
  return typeof value === "number" ? value : undefined;
}
