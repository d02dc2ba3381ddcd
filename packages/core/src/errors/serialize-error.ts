import { boundedText } from "../redaction/redact-text.ts";
import { sanitize } from "../redaction/sanitize.ts";
import { concealedMessages } from "./concealed-messages.ts";
import { isErrorCode, type ErrorCode } from "./error-codes.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { readThrown } from "./read-thrown.ts";

/** An error in the form that callers receive. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: JsonObject;
  /** How long to wait before another attempt, in milliseconds. Absent: no advice. */
  readonly retryAfter?: number;
  /** The request in which the error arose. Absent: unknown. */
  readonly requestId?: string;
}

/** The fields of a service error that serialization reads. */
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

/** Cuts and redacts details, sent or received; `undefined` if nothing is left. */
export function cleanDetails(details: unknown): JsonObject | undefined {
  const clean = sanitize(details, undefined, detailLimits);
  return isJsonObject(clean) && Object.keys(clean).length > 0 ? clean : undefined;
}

/** Cuts and redacts a message, sent or received. */
export function cleanMessage(message: string): string {
  return boundedText(message, maxMessageLength);
}

/** The fields of an error, each read once. */
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
 * @returns `undefined` if its code, message or details cannot be read, or are of a wrong type.
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

/** Codes whose errors are always sent with a general message. */
const silentCodes: ReadonlySet<ErrorCode> = new Set(["internal", "unknown"]);
/** Codes about the caller. In a concealed error the caller is the service itself. */
const callersCodes: ReadonlySet<ErrorCode> = new Set(["unauthenticated", "permission_denied"]);

/**
 * The form of an error for callers. Cause, stack and `internalDetails` are left out; `internal`, `unknown` and
 * concealed errors lose their message and details, too. Messages are cut at 2,048 characters, details at 8
 * levels, 128 entries each and 16,384 characters in all; secrets in both are replaced by `[secret]`. An error
 * that cannot be read becomes `internal`.
 *
 * @param error A service error; pass anything else through `toServiceError` first.
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
