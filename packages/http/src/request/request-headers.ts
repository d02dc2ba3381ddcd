import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { malformedRequest, TransportFaultError } from "../problem/transport-fault.ts";

/**
 * In a request: its id from the caller. In an answer: the id under which the request was logged.
 */
export const requestIdHeader = "x-request-id";

/**
 * How long the caller waits, in milliseconds: a duration, because the clocks of two machines differ.
 */
export const timeoutHeader = "x-request-timeout-ms";

const requestIdPattern = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/**
 * The caller's request id, if it is safe in logs and headers: 1 to 128 letters, digits and `._:/+=@-`. Any
 * other id counts as none: it must not make a request fail.
 */
export function requestIdOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers[requestIdHeader];
  return typeof value === "string" && requestIdPattern.test(value) ? value : undefined;
}

/**
 * All values of each header, by its name in lower case. Unlike Node's `headersDistinct` it works for injected
 * requests, and the result has no prototype: a header may be called `constructor` or `__proto__`.
 */
export function headerLines({ rawHeaders }: IncomingMessage): Record<string, string[] | undefined> {
  const lines = Object.create(null) as Record<string, string[] | undefined>;
  // Names and values take turns.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1];
    if (value === undefined) continue;
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const known = lines[name];
    if (known === undefined) lines[name] = [value];
    else known.push(value);
  }
  return lines;
}

/**
 * When the caller stops waiting, in epoch milliseconds.
 *
 * @param timeout how long a method may take, in milliseconds; `undefined` for no limit
 * @returns `undefined` if neither the caller nor the server sets a limit
 * @throws TransportFaultError (400) for anything but a whole number of milliseconds: if it were ignored, work
 *   would go on for a caller that no longer waits
 */
export function deadlineOf(headers: IncomingHttpHeaders, timeout?: number): number | undefined {
  const value = headers[timeoutHeader];
  if (value === undefined) return timeout === undefined ? undefined : Date.now() + timeout;
  if (typeof value !== "string" || !/^[0-9]{1,10}$/.test(value)) {
    throw new TransportFaultError(
      malformedRequest(`The header ${timeoutHeader} must be a whole number of milliseconds.`),
    );
  }
  return Date.now() + Math.min(Number(value), timeout ?? Number.POSITIVE_INFINITY);
}
