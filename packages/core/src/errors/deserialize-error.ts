import { concealedMessages } from "./concealed-messages.ts";
import { createServiceError } from "./create-service-error.ts";
import { isErrorCode } from "./error-codes.ts";
import { cleanDetails, cleanMessage } from "./serialize-error.ts";
import type { ServiceError } from "./service-error.ts";

/** What the receiving side adds to an error that it rebuilds. */
export interface DeserializeOptions {
  /** The original error, where both sides are one process; or the transport's own error. */
  readonly cause?: unknown;
  /** Whether callers further out get a general sentence alone; see `ServiceErrorOptions`. Default: false. */
  readonly concealed?: boolean;
}

/**
 * Rebuilds an error from its serialized form. The class is the canonical class of the code, so
 * `instanceof` holds as it does where the error was thrown.
 *
 * The input is not trusted: an unknown code becomes `unknown`, fields of the wrong type are
 * dropped, and the limits of `serializeError` are applied again.
 *
 * @param serialized what a peer sent, already parsed
 * @param options see {@link DeserializeOptions}
 */
export function deserializeError(
  serialized: unknown,
  options: DeserializeOptions = {},
): ServiceError {
  const fields: Partial<Record<string, unknown>> =
    typeof serialized === "object" && serialized !== null ? { ...serialized } : {};
  const { code, message, details, retryAfter, requestId } = fields;
  return createServiceError(
    isErrorCode(code) ? code : "unknown",
    typeof message === "string" ? cleanMessage(message) : concealedMessages.unknown,
    {
      ...("cause" in options ? { cause: options.cause } : {}),
      concealed: options.concealed,
      details: cleanDetails(details),
      retryAfter: typeof retryAfter === "number" ? retryAfter : undefined,
      requestId: typeof requestId === "string" ? requestId.slice(0, 256) : undefined,
    },
  );
}
