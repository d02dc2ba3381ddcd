import { remainingTime, type RequestContext } from "@plinth/core";
import { requestIdHeader, timeoutHeader } from "../request/request-headers.ts";
import type { OutgoingHeaders } from "./client-options.ts";
import type { WrittenRequest } from "./request-writer.ts";

const longestTimeout = 9_999_999_999;
/** Headers that say what the call is; those of the user would make it another one. */
const callsOwn: ReadonlySet<string> = new Set([
  "content-length",
  "content-type",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
]);
const plainText = /^[\t\u0020-\u007e]*$/;

/**
 * The headers of one attempt: how much time is left by now, under which id and in which trace.
 *
 * @param own headers of the user; those that carry the call win over them
 * @param request whether there is a body, the revision it is meant for, fields that travel as headers
 */
export function callHeaders(
  context: RequestContext,
  own: OutgoingHeaders,
  { body, ifMatch, headers: inputs }: Pick<WrittenRequest, "body" | "ifMatch" | "headers">,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    const lower = name.toLowerCase();
    if (!callsOwn.has(lower) && !Object.hasOwn(inputs, lower)) headers[lower] = value;
  }
  for (const [name, value] of Object.entries(inputs)) {
    if (value !== undefined) headers[name] = value;
  }
  headers["accept"] = "application/json, application/problem+json";
  if (ifMatch !== undefined) headers["if-match"] = ifMatch;
  if (body !== undefined) headers["content-type"] = "application/json";
  // An id from elsewhere may hold what no header can.
  if (plainText.test(context.requestId)) headers[requestIdHeader] = context.requestId;
  const { traceparent, tracestate } = context;
  if (traceparent !== undefined) headers["traceparent"] = traceparent;
  if (tracestate !== undefined && plainText.test(tracestate)) headers["tracestate"] = tracestate;
  const remaining = remainingTime(context);
  if (remaining !== undefined) {
    headers[timeoutHeader] = String(Math.min(longestTimeout, Math.ceil(remaining)));
  }
  return headers;
}
