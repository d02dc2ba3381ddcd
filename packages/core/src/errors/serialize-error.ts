import { boundedText } from "../redaction/redact-text.ts";
import { sanitize } from "../redaction/sanitize.ts";
import { concealedMessages } from "./concealed-messages.ts";
import { isErrorCode, type ErrorCode } from "./error-codes.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { readThrown } from "./read-thrown.ts";

/** An error as it leaves the process: what the caller may know, and nothing else. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: JsonObject;
  /** Milliseconds. */
  readonly retryAfter?: number;
  readonly requestId?: string;
}

/** The parts of a service error that serialization reads. */
export interface SerializableError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: JsonObject;
  readonly retryAfter?: number | undefined;
  readonly requestId?: string | undefined;
  readonly concealed?: boolean | undefined;
}

const maxMessageLength = 2_048;
const detailLimits = { depth: 8, entries: 128, nodes: 1_000, text: 2_048, total: 16_384 };

/** Whether a clean value is an object rather than an array or a scalar. */
function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Bounds and redacts details, coming or going; `undefined` where nothing is left. */
export function cleanDetails(details: unknown): JsonObject | undefined {
  const clean = sanitize(details, undefined, detailLimits);
  return isJsonObject(clean) && Object.keys(clean).length > 0 ? clean : undefined;
}

/** Bounds and redacts a message, coming or going. */
export function cleanMessage(message: string): string {
  return boundedText(message, maxMessageLength);
}

/** What is read of an error, each field once. */
interface ReadError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: JsonObject;
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;
  readonly concealed: boolean;
}

/**
 * Reads an error that claims to be a service error.
 *
 * @returns `undefined` where its code, message or details cannot be read, or are not what they have to be
 */
export function readServiceError(error: unknown): ReadError | undefined {
  const code = readThrown(error, "code");
  const message = readThrown(error, "message");
  const details = readThrown(error, "details");
  const retryAfter = readThrown(error, "retryAfter");
  const requestId = readThrown(error, "requestId");
  if (!isErrorCode(code) || typeof message !== "string") return undefined;
  if (typeof details !== "object" || details === null) return undefined;
  return {
    code,
    message,
    details: details as JsonObject,
    retryAfter: Number.isFinite(retryAfter) ? Number(retryAfter) : undefined,
    requestId: typeof requestId === "string" ? requestId : undefined,
    concealed: readThrown(error, "concealed") === true,
  };
}

/** Codes that say nothing to the caller, whatever the error says. */
const silentCodes: ReadonlySet<ErrorCode> = new Set(["internal", "unknown"]);
/** Codes that speak about the caller: of a concealed error, the caller was the service itself. */
const callersCodes: ReadonlySet<ErrorCode> = new Set(["unauthenticated", "permission_denied"]);

/**
 * The form of an error that may be sent to a caller. Cause, stack and `internalDetails` never go
 * along; `internal`, `unknown` and concealed errors lose their message and details as well. Messages
 * are cut at 2,048 characters, details at 8 levels, 128 entries each and 16,384 characters in all;
 * secrets in either are replaced by `[secret]`. An error that cannot be read is `internal`.
 *
 * @param error a service error; pass anything else through `toServiceError` first
 */
export function serializeError(error: SerializableError): SerializedError {
  const read = readServiceError(error);
  if (read === undefined) return { code: "internal", message: concealedMessages.internal };
  const { message, retryAfter, requestId, concealed } = read;
  const code = concealed && callersCodes.has(read.code) ? "internal" : read.code;
  const isSilent = concealed || silentCodes.has(code);
  const details = isSilent ? undefined : cleanDetails(read.details);
  return {
    code,
    message: isSilent ? concealedMessages[code] : cleanMessage(message),
    ...(details === undefined ? {} : { details }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
