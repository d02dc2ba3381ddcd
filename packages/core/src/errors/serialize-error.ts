import { boundedText } from "../redaction/redact-text.ts";
import { sanitize } from "../redaction/sanitize.ts";
import type { ErrorCode } from "./error-codes.ts";
import type { JsonObject, JsonValue } from "./json.ts";

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
}

/** What is sent in place of the message of an error whose code promises nothing to the caller. */
export const concealedMessages: { readonly internal: string; readonly unknown: string } = {
  internal: "An internal error occurred.",
  unknown: "An unknown error occurred.",
};

const longestMessage = 2_048;
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
  return boundedText(message, longestMessage);
}

/**
 * The form of an error that may be sent to a caller. Cause, stack and `internalDetails` never go
 * along; `internal` and `unknown` errors lose their message and details as well. Messages are cut
 * at 2,048 characters, details at 8 levels, 128 entries each and 16,384 characters in all; secrets
 * in either are replaced by `[secret]`.
 *
 * @param error a service error; pass anything else through `toServiceError` first
 */
export function serializeError(error: SerializableError): SerializedError {
  const concealed = error.code === "internal" || error.code === "unknown";
  const details = concealed ? undefined : cleanDetails(error.details);
  return {
    code: error.code,
    message:
      error.code === "internal" || error.code === "unknown"
        ? concealedMessages[error.code]
        : cleanMessage(error.message),
    ...(details === undefined ? {} : { details }),
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  };
}
