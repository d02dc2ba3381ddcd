import {
  InternalError,
  redactText,
  UnavailableError,
  UnimplementedError,
  type ErrorCode,
  type ServiceError,
} from "@plinth/core";
import { RemoteError, type CallTarget } from "./remote-error.ts";

const maxExcerptLength = 120;

/** The beginning of a received text, on one line, with known secrets redacted. */
export function excerpt(text: string): string {
  const shown = redactText(text.slice(0, 4 * maxExcerptLength)).replaceAll(/[\s\p{Cc}]+/gu, " ");
  return shown.length > maxExcerptLength ? `${shown.slice(0, maxExcerptLength)}…` : shown;
}

/**
 * The error for an answer that no service of this contract sends. Its message is for developers: the message
 * of an internal error goes into the log only.
 *
 * @param what the received answer, as in "GET http://… answered with HTML"
 */
export function nonsense(
  target: CallTarget,
  what: string,
  options: {
    readonly status?: number;
    readonly cause?: unknown;
    readonly received?: Readonly<Record<string, unknown>>;
  } = {},
): InternalError {
  const cause = new RemoteError(target, what, options);
  return new InternalError(
    `The call of ${target.service}.${target.method} failed: ${cause.message}.`,
    { cause, ...(options.received === undefined ? {} : { internalDetails: options.received }) },
  );
}

/**
 * Whether a code refuses the credentials of *this service*, not those of its caller. The code of the service
 * may handle it; to its callers it is a fault of the service.
 *
 * @param actsAsCaller whether the call carried the credentials of the caller
 */
export function isOwnRefusal(code: ErrorCode, actsAsCaller: boolean): boolean {
  return !actsAsCaller && (code === "unauthenticated" || code === "permission_denied");
}

/** The error for a method that the other service does not have. */
export function notOffered(target: CallTarget, status: number): UnimplementedError {
  return new UnimplementedError(
    `The service that answers for ${target.service} does not offer ${target.method}.`,
    { cause: new RemoteError(target, `found no such route (status ${status})`, { status }) },
  );
}

/** Words for the most common codes of Node and undici. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  UND_ERR_SOCKET: "the connection was closed",
  UND_ERR_CONNECT_TIMEOUT: "opening a connection took too long",
  UND_ERR_CLOSED: "the client is closed",
  UND_ERR_DESTROYED: "the client is closed",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
};

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && code !== "") return code;
  // One attempt per address of the host; all of them failed.
  return error instanceof AggregateError ? codeOf(error.errors[0]) : "";
}

/** The service error for an error of the connection or the HTTP parser. */
export function transportError(
  target: CallTarget,
  error: unknown,
  responseLimit: number,
): ServiceError {
  const code = codeOf(error);
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return nonsense(target, `answered with more than the limit of ${responseLimit} bytes`);
  }
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") {
    return nonsense(target, "answered with a body of another length than its content-length says");
  }
  if (code === "UND_ERR_HEADERS_OVERFLOW") {
    return nonsense(target, "answered with more headers than the limit");
  }
  if (error instanceof Error && error.name === "HTTPParserError") {
    // Not as the cause: it holds the bytes that were received.
    return nonsense(target, `answered with what is not valid HTTP: ${excerpt(error.message)}`);
  }
  if (code.startsWith("UND_ERR_INVALID") || code === "UND_ERR_NOT_SUPPORTED") {
    return nonsense(target, "could not be sent: a header or the path is not valid", {
      cause: error,
    });
  }
  const reason = reasons[code] ?? (code === "" ? "the connection failed" : code);
  return new UnavailableError(`The service ${target.service} cannot be reached: ${reason}.`, {
    cause: new RemoteError(target, `failed: ${reason}`, { cause: error }),
  });
}
