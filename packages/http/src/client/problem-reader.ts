import type { ServiceError } from "@plinth/core";
import { deserializeError, isErrorCode } from "@plinth/core/errors";
import { requestIdHeader } from "../request/request-headers.ts";
import type { Answer } from "./connection-pool.ts";
import { RemoteError, type CallTarget } from "./remote-error.ts";
import { isOwnRefusal, notOffered } from "./remote-faults.ts";
import { readRetryAfter } from "./retry-after.ts";

/** The kinds of fault for a missing method; other kinds are about a missing record. */
const missingRoutes: ReadonlySet<unknown> = new Set([
  "urn:plinth:error:route_not_found",
  "urn:plinth:error:method_not_allowed",
]);

/**
 * Restores the error of a problem document: class, message, details, field errors, `retryAfter` and request
 * id. The received values are bounded and redacted, and may be malformed.
 *
 * @param problem the parsed body
 * @param actsAsCaller whether the call carried the credentials of the caller; see `isOwnRefusal`
 * @returns `undefined` if it is not a problem document of a service
 */
export function readProblem(
  target: CallTarget,
  problem: unknown,
  { status, headers }: Answer,
  actsAsCaller: boolean,
): ServiceError | undefined {
  if (typeof problem !== "object" || problem === null) return undefined;
  const { type, code, detail, details, errors, retryAfter, requestId } = problem as Partial<
    Record<string, unknown>
  >;
  if (missingRoutes.has(type)) return notOffered(target, status);
  if (!isErrorCode(code)) return undefined;
  const others = typeof details === "object" && details !== null ? details : {};
  return deserializeError(
    {
      code,
      message: detail,
      details: Array.isArray(errors) ? { errors: errors as unknown[], ...others } : others,
      retryAfter: retryAfter ?? readRetryAfter(headers["retry-after"]),
      requestId: requestId ?? headers[requestIdHeader],
    },
    {
      cause: new RemoteError(target, `answered ${status} (${code})`, { status }),
      concealed: isOwnRefusal(code, actsAsCaller),
    },
  );
}
