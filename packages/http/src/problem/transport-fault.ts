import { isError, readThrown } from "@plinth/core/errors";
import type { TransportFault } from "./problem.ts";

/** An error that stands for a transport fault, for use where Fastify wants something thrown. */
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

/** A body in another form than as it is. */
export const unsupportedEncoding: TransportFault = {
  kind: "unsupported_media_type",
  status: 415,
  code: "invalid_argument",
  detail: "The body must be sent as it is, without content-encoding.",
};

/** A path, or a path and method, that no route has. Long paths are cut. */
export function routeNotFound(method: string, path: string): TransportFault {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  const detail = `There is no route ${method} ${shown}.`;
  return { kind: "route_not_found", status: 404, code: "not_found", detail };
}

/** A path that exists with other methods. */
export function methodNotAllowed(method: string, allowed: readonly string[]): TransportFault {
  return {
    kind: "method_not_allowed",
    status: 405,
    code: "unimplemented",
    detail: `${method} is not offered here; ${allowed.join(", ")} ${allowed.length === 1 ? "is" : "are"}.`,
  };
}

/** A header field block that is over the limit. */
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

/** An `If-Match` header that nothing matches. */
export const preconditionFailed: TransportFault = {
  kind: "precondition_failed",
  status: 412,
  code: "aborted",
  detail: "The header if-match holds a weak entity tag, which never matches.",
};

/** More requests than the server takes at a time. */
export const overloaded: TransportFault = {
  kind: "overloaded",
  status: 503,
  code: "unavailable",
  detail: "The server has as many requests in flight as it takes. Try again later.",
  retryAfter: 1_000,
};

/** A body of another type than JSON. */
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

/** A plugin's refusal of a client that calls too often. */
const tooManyRequests: TransportFault = {
  kind: "too_many_requests",
  status: 429,
  code: "resource_exhausted",
  detail: "Too many requests were sent.",
};

/** A status of the client's fault, else `undefined`. */
function refusedStatus(error: unknown): number | undefined {
  const status = readThrown(error, "statusCode");
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}

/**
 * The transport fault that an error of Fastify or of a plugin stands for; else `undefined`.
 *
 * Many errors carry a `statusCode`: those of HTTP clients say by it how *another* server refused *this*
 * one, in words for its developers. So only errors that say themselves that they are an answer are
 * shown: those with a code of Fastify's (`FST_…`, as `@fastify/error` makes them), and those with
 * `expose: true` (as `http-errors` makes them).
 *
 * @param isAnswered429 whether a plugin has said on the reply already when to come again, as limiters do
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
