import type { IncomingHttpHeaders } from "node:http";
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
 * When the caller stops waiting, in epoch milliseconds; `undefined` without the header.
 *
 * @throws TransportFaultError (400) for anything but a whole number of milliseconds: ignoring it
 *   would let work go on that nobody waits for
 */
export function deadlineOf(headers: IncomingHttpHeaders): number | undefined {
  const value = headers[timeoutHeader];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !/^[0-9]{1,10}$/.test(value)) {
    throw new TransportFaultError(
      malformedRequest(`The header ${timeoutHeader} must be a whole number of milliseconds.`),
    );
  }
  return Date.now() + Number(value);
}
