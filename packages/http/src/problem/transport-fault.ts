import type { ErrorCode } from "@plinth/core";
import { isError, readThrown } from "@plinth/core/errors";

/** A fault of the request itself, found before a contract method is called. */
export interface TransportFault {
  /** Completes the problem's `type`. */
  readonly kind: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  /** How long to wait before another attempt, in milliseconds. Absent: no advice. */
  readonly retryAfter?: number;
}

/** A transport fault as an error, to throw inside Fastify. */
export class TransportFaultError extends Error {
  override readonly name = "TransportFaultError";
  readonly fault: TransportFault;
  readonly headers: Readonly<Record<string, string>>;

  constructor(fault: TransportFault, headers: Readonly<Record<string, string>> = {}) {
    super(fault.detail);
    this.fault = fault;
    this.headers = headers;
  }
}

/** A request that does not follow the rules of HTTP. */
export function malformedRequest(detail: string): TransportFault {
  return { kind: "malformed_request", status: 400, code: "invalid_argument", detail };
}

/** A body that cannot be read. */
export function malformedBody(detail: string): TransportFault {
  return { kind: "malformed_body", status: 400, code: "invalid_argument", detail };
}

/** A body with a content encoding. */
export const unsupportedEncoding: TransportFault = {
  kind: "unsupported_media_type",
  status: 415,
  code: "invalid_argument",
  detail: "The body must be sent as it is, without content-encoding.",
};

/** A path that no route has. Long paths are cut. */
export function routeNotFound(method: string, path: string): TransportFault {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  const detail = `There is no route ${method} ${shown}.`;
  return { kind: "route_not_found", status: 404, code: "not_found", detail };
}

/** A method that a path does not have. */
export function methodNotAllowed(method: string, allowed: readonly string[]): TransportFault {
  return {
    kind: "method_not_allowed",
    status: 405,
    code: "unimplemented",
    detail: `${method} is not offered here; ${allowed.join(", ")} ${allowed.length === 1 ? "is" : "are"}.`,
  };
}

/** A request line and headers over the limit. */
export const headersTooLarge: TransportFault = {
  kind: "headers_too_large",
  status: 431,
  code: "invalid_argument",
  detail: "The request line and headers together are over the limit.",
};

/** A request that did not arrive in time. */
export const requestTimeout: TransportFault = {
  kind: "request_timeout",
  status: 408,
  code: "deadline_exceeded",
  detail: "The request did not arrive completely in the time allowed.",
};

/** An `If-Match` header that never matches. */
export const preconditionFailed: TransportFault = {
  kind: "precondition_failed",
  status: 412,
  code: "aborted",
  detail: "The header if-match holds a weak entity tag, which never matches.",
};

/** More requests than the server handles at a time. */
export const overloaded: TransportFault = {
  kind: "overloaded",
  status: 503,
  code: "unavailable",
  detail: "The server has as many requests in flight as it takes. Try again later.",
  retryAfter: 1_000,
};

/** A body that is not JSON. */
export const unsupportedMediaType: TransportFault = {
  kind: "unsupported_media_type",
  status: 415,
  code: "invalid_argument",
  detail: "The body must be sent with content-type: application/json.",
};

/** An `Expect` header other than `100-continue`. */
export const expectationFailed: TransportFault = {
  kind: "expectation_failed",
  status: 417,
  code: "unimplemented",
  detail: 'The only expectation that can be met is "100-continue".',
};

const byFastifyCode: { readonly [code: string]: (bodyLimit: number) => TransportFault } = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => unsupportedMediaType,
  FST_ERR_CTP_BODY_TOO_LARGE: (bodyLimit) => ({
    kind: "body_too_large",
    status: 413,
    code: "invalid_argument",
    detail: `The body is over the limit of ${bodyLimit} bytes.`,
  }),
  FST_ERR_CTP_INVALID_JSON_BODY: () =>
    malformedBody('The body is not valid JSON, or holds a forbidden key such as "__proto__".'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    malformedRequest("The body is not as long as content-length says."),
  FST_ERR_BAD_URL: () => malformedRequest("The path holds malformed percent-encoding."),
  FST_ERR_MAX_PARAM_LENGTH: () => ({
    kind: "url_too_long",
    status: 414,
    code: "invalid_argument",
    detail: "A part of the path is over the limit.",
  }),
};

/** The refusal of a plugin for a client that calls too often. */
const tooManyRequests: TransportFault = {
  kind: "too_many_requests",
  status: 429,
  code: "resource_exhausted",
  detail: "Too many requests were sent.",
};

/** The status of an error, if it is from 400 to 499. */
function refusedStatus(error: unknown): number | undefined {
  const status = readThrown(error, "statusCode");
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}

/**
 * The transport fault for an error of Fastify or of a plugin; else `undefined`.
 *
 * Many errors have a `statusCode`. In errors of HTTP clients it says how *another* server refused *this* one.
 * So only errors that are meant as answers are shown: those with a code of Fastify (`FST_…`, made by
 * `@fastify/error`), and those with `expose: true` (made by `http-errors`).
 *
 * @param isAnswered429 whether a plugin has set `Retry-After` on the reply, as limiters do
 */
export function transportFaultOf(
  error: unknown,
  bodyLimit: number,
  isAnswered429: boolean,
): TransportFault | undefined {
  if (!isError(error)) return undefined;
  if (error instanceof TransportFaultError) return error.fault;
  const code = readThrown(error, "code");
  const known =
    typeof code === "string" && Object.hasOwn(byFastifyCode, code)
      ? byFastifyCode[code]
      : undefined;
  if (known !== undefined) return known(bodyLimit);
  const status = refusedStatus(error);
  if (status === undefined) return undefined;
  const isFastifys = typeof code === "string" && code.startsWith("FST_");
  const message = readThrown(error, "message");
  if ((isFastifys || readThrown(error, "expose") === true) && typeof message === "string") {
    return { ...malformedRequest(message), kind: "refused", status, code: codeOf(status) };
  }
  return status === 429 && isAnswered429 ? tooManyRequests : undefined;
}

function codeOf(status: number): TransportFault["code"] {
  switch (status) {
    case 401:
      return "unauthenticated";
    case 403:
      return "permission_denied";
    case 404:
      return "not_found";
    case 429:
      return "resource_exhausted";
    default:
      return "invalid_argument";
  }
}
