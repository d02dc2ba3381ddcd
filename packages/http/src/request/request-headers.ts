import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { malformedRequest, TransportFaultError } from "../problem/transport-fault.ts";

/** In: the caller's id of the request. Out: the id under which the request was logged. */
export const requestIdHeader = "x-request-id";

/** How long the caller waits, in milliseconds: a duration, as clocks of two machines differ. */
export const timeoutHeader = "x-request-timeout-ms";

const requestIdPattern = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/**
 * The caller's request id, where it is one to be trusted in logs and headers: 1 to 128 letters,
 * digits and `._:/+=@-`. Anything else is as good as none, since a request must not fail by it.
 */
export function requestIdOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers[requestIdHeader];
  return typeof value === "string" && requestIdPattern.test(value) ? value : undefined;
}

/**
 * Every value of every header, names in lower case. Unlike Node's `headersDistinct` it is there for injected
 * requests as well, and has no prototype: a header may be called `constructor` or `__proto__`.
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
 * @param timeout the most that a method may take, in milliseconds; `undefined` for no limit
 * @returns `undefined` where neither the caller nor the server sets a limit
 * @throws TransportFaultError (400) for anything but a whole number of milliseconds: ignoring it
 *   would let work go on that nobody waits for
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
