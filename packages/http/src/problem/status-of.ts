import type { ErrorCode } from "@plinth/core";

const statuses: { readonly [C in ErrorCode]: number } = {
  cancelled: 499,
  unknown: 500,
  invalid_argument: 400,
  deadline_exceeded: 504,
  not_found: 404,
  already_exists: 409,
  permission_denied: 403,
  resource_exhausted: 429,
  failed_precondition: 400,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  data_loss: 500,
  unauthenticated: 401,
};

/**
 * The HTTP status of an error code, after the table of google.rpc.
 *
 * @param code a canonical code
 */
export function statusOf(code: ErrorCode): number {
  return statuses[code];
}
