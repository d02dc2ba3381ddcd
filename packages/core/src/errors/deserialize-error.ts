import { concealedMessages } from "./concealed-messages.ts";
import { createServiceError } from "./create-service-error.ts";
import { isErrorCode } from "./error-codes.ts";
import { cleanDetails, cleanMessage } from "./serialize-error.ts";
import type { ServiceError } from "./service-error.ts";

/** Options of {@link deserializeError}. */
export interface DeserializeOptions {
  /** The original error, if both sides are in one process, or the error of the transport. Default: none. */
  readonly cause?: unknown;
  /** Whether callers of this service get only a general message; see `ServiceErrorOptions`. Default: false. */
  readonly concealed?: boolean;
}

/**
 * Rebuilds an error from its serialized form, with the canonical class of its code, so that `instanceof` works as
 * in the process that threw it.
 *
 * The input is not trusted: an unknown code becomes `unknown`, fields of a wrong type are dropped, and the limits
 * of `serializeError` apply again.
 *
 * @param serialized The error of a peer, already parsed.
 * @param options See {@link DeserializeOptions}.
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
