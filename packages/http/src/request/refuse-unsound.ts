import type { IncomingMessage } from "node:http";
import {
  malformedRequest,
  TransportFaultError,
  unsupportedEncoding,
} from "../problem/transport-fault.ts";

function countOf(lines: readonly string[], name: string): number {
  let count = 0;
  // Names and values take turns.
  for (let index = 0; index < lines.length; index += 2) {
    const each = lines[index] ?? "";
    if (each.length === name.length && each.toLowerCase() === name) count += 1;
  }
  return count;
}

/**
 * Refuses requests that Node accepts although hops may understand them differently, before their bodies are
 * read.
 *
 * @throws TransportFaultError 400 without a `Host` or with several (RFC 9112), and for a `GET` with a body,
 *   which would be ignored; 415 for an encoded body, which could grow past the limit
 */
export function refuseUnsound({ method, headers, httpVersion, rawHeaders }: IncomingMessage): void {
  if (headers.host === undefined && httpVersion === "1.1") {
    throw new TransportFaultError(malformedRequest("The header host is missing."));
  }
  if (countOf(rawHeaders, "host") > 1) {
    throw new TransportFaultError(malformedRequest("The header host was sent more than once."));
  }
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new TransportFaultError(unsupportedEncoding);
  }
  if (method !== "GET" && method !== "HEAD") return;
  if (headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0) {
    return;
  }
  throw new TransportFaultError(malformedRequest(`${method} takes no body.`));
}
