import type { IncomingMessage } from "node:http";
import {
  malformedRequest,
  type TransportFault,
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
 * @throws TransportFaultError 400 without a `Host` or with several (RFC 9112), and for a `GET` that announces
 *   a body, which would be ignored; 415 for an encoded body, which could grow past the limit
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
  const length = Number(headers["content-length"] ?? 0);
  if (!takesBody(method) && length !== 0) throw new TransportFaultError(bodyOf(method));
}

/** Whether a request of a method without a body is chunked: only its end tells whether it has one. */
export function mayHoldBody({ method, headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined && !takesBody(method);
}

/**
 * Reads a chunked request of a method without a body to its end.
 *
 * @param done called once, with a TransportFaultError 400 if there is a body
 */
export function refuseBody(request: IncomingMessage, done: (error?: Error) => void): void {
  const end = (error?: Error): void => {
    request.off("data", onData).off("end", onEnd).off("error", end);
    // What is left of the body is read and dropped.
    request.resume();
    done(error);
  };
  const onData = (): void => end(new TransportFaultError(bodyOf(request.method)));
  const onEnd = (): void => end();
  request.on("data", onData).once("end", onEnd).once("error", end);
}

function takesBody(method: string | undefined): boolean {
  return method !== "GET" && method !== "HEAD";
}

function bodyOf(method: string | undefined): TransportFault {
  return malformedRequest(`${method} takes no body.`);
}
