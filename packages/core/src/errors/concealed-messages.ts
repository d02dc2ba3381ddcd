import type { ErrorCode } from "./error-codes.ts";

/** The messages that callers get instead of a message that is for the log only. */
export const concealedMessages: { readonly [C in ErrorCode]: string } = {
  cancelled: "The call was cancelled.",
  unknown: "An unknown error occurred.",
  invalid_argument: "The input is not valid.",
  deadline_exceeded: "The time allowed for the call ran out.",
  not_found: "The resource that the call names does not exist.",
  already_exists: "The resource that the call would create exists already.",
  permission_denied: "The call is not permitted.",
  resource_exhausted: "The service has no capacity left for the call at the moment.",
  failed_precondition: "The service is not in the state that the call needs.",
  aborted: "A concurrent change got in the way of the call.",
  out_of_range: "The input points past the end of what exists.",
  unimplemented: "The service does not offer this at the moment.",
  internal: "An internal error occurred.",
  unavailable: "The service cannot answer at the moment.",
  data_loss: "Stored data is lost or damaged.",
  unauthenticated: "The credentials are missing or not valid.",
};
