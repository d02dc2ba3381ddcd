import { InvalidArgumentError, remainingTime, type RequestContext } from "@plinth/core";
import { requestIdHeader, timeoutHeader } from "../request/request-headers.ts";
import type { OutgoingHeaders } from "./client-options.ts";
import type { WrittenRequest } from "./request-writer.ts";

const maxTimeout = 9_999_999_999;
/**
 * Headers that the client decides itself: about the connection, the body, and answers that it can read.
 */
const clientsOwn: ReadonlySet<string> = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "connection",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const clientsOwnBeginning = /^(?:content|if)-/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
const plainText = /^[\t\u0020-\u007e]*$/;

/** Why a header of the user cannot be sent; `undefined` if it can. Values are not repeated. */
function headerFault(name: string, value: unknown): string | undefined {
  if (!headerName.test(name)) return "is no name of a header";
  const lower = name.toLowerCase();
  if (clientsOwn.has(lower) || clientsOwnBeginning.test(lower)) {
    return "is set by the client itself";
  }
  return typeof value === "string" && headerValue.test(value)
    ? undefined
    : "has a value that is no text of Latin letters on one line";
}

/** @throws InvalidArgumentError that names the header */
function checkOwn(service: string, own: OutgoingHeaders): void {
  for (const [name, value] of Object.entries(own)) {
    const fault = value === undefined ? undefined : headerFault(name, value);
    if (fault === undefined) continue;
    const shown = JSON.stringify(name.slice(0, 64));
    throw new InvalidArgumentError(
      `The client of ${service} cannot be called: ${shown}, of its option headers, ${fault}. Leave it out or mend it.`,
    );
  }
}

/**
 * The headers of one attempt: among them the time that is left, the request id and the trace.
 *
 * @param service the name of the service that is called, for messages
 * @param own headers of the user; the id, trace and time of the call replace them
 * @param request the body, the revision, and the fields that travel as headers
 * @throws InvalidArgumentError for a header of the user that the client decides itself, or that cannot
 *   be sent
 */
export function callHeaders(
  service: string,
  context: RequestContext,
  own: OutgoingHeaders,
  { body, ifMatch, headers: inputs }: Pick<WrittenRequest, "body" | "ifMatch" | "headers">,
): Record<string, string> {
  const headers: Record<string, string> = {};
  checkOwn(service, own);
  for (const [name, value] of Object.entries(own)) {
    const lower = name.toLowerCase();
    if (value !== undefined && !Object.hasOwn(inputs, lower)) headers[lower] = value;
  }
  for (const [name, value] of Object.entries(inputs)) {
    if (value !== undefined) headers[name] = value;
  }
  headers["accept"] = "application/json, application/problem+json";
  if (ifMatch !== undefined) headers["if-match"] = ifMatch;
  if (body !== undefined) headers["content-type"] = "application/json";
  // An id from elsewhere may contain characters that a header cannot.
  if (plainText.test(context.requestId)) headers[requestIdHeader] = context.requestId;
  const { traceparent, tracestate } = context;
  if (traceparent !== undefined) headers["traceparent"] = traceparent;
  if (tracestate !== undefined && plainText.test(tracestate)) headers["tracestate"] = tracestate;
  const remaining = remainingTime(context);
  if (remaining !== undefined) {
    headers[timeoutHeader] = String(Math.min(maxTimeout, Math.ceil(remaining)));
  }
  return headers;
}
