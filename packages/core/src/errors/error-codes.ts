/**
 * The closed set of canonical error codes: those of google.rpc.Code in snake_case, without `OK`, so that a gRPC
 * peer and an HTTP peer mean the same by a name.
 */
export type ErrorCode =
  | "cancelled"
  | "unknown"
  | "invalid_argument"
  | "deadline_exceeded"
  | "not_found"
  | "already_exists"
  | "permission_denied"
  | "resource_exhausted"
  | "failed_precondition"
  | "aborted"
  | "out_of_range"
  | "unimplemented"
  | "internal"
  | "unavailable"
  | "data_loss"
  | "unauthenticated";

/** The fixed properties of an error code. */
export interface ErrorCodeDescription {
  /** When to use the code, in one sentence. */
  readonly meaning: string;
  /**
   * Whether a retry of the same call after a wait may succeed. It does not mean that a retry is safe: only
   * idempotent methods may be retried automatically.
   */
  readonly retryable: boolean;
}

/**
 * All canonical codes with their meaning. Each transport has its own table of statuses.
 */
export const errorCodes: { readonly [C in ErrorCode]: ErrorCodeDescription } = {
  cancelled: {
    meaning: "The caller gave up on the call before it was finished.",
    retryable: false,
  },
  unknown: {
    meaning: "The call failed in a way that has not been classified.",
    retryable: false,
  },
  invalid_argument: {
    meaning: "The input is wrong in any state of the system; the caller must change it.",
    retryable: false,
  },
  deadline_exceeded: {
    meaning: "The deadline passed; the call may have taken effect.",
    retryable: false,
  },
  not_found: {
    meaning: "The resource that the call names does not exist.",
    retryable: false,
  },
  already_exists: {
    meaning: "The resource that the call would create exists already.",
    retryable: false,
  },
  permission_denied: {
    meaning: "The caller is known and is not allowed to do this.",
    retryable: false,
  },
  resource_exhausted: {
    meaning: "A quota, a rate limit or another capacity is used up for now.",
    retryable: true,
  },
  failed_precondition: {
    meaning:
      "The system is not in the state that the call needs; retry only after that has changed.",
    retryable: false,
  },
  aborted: {
    meaning:
      "A concurrent call changed the same data; retry the whole sequence from the read, not only the failed step.",
    retryable: false,
  },
  out_of_range: {
    meaning: "The input points past the end of the existing data.",
    retryable: false,
  },
  unimplemented: {
    meaning: "The operation is not offered here.",
    retryable: false,
  },
  internal: {
    meaning: "The service is at fault; only its log has the reason.",
    retryable: false,
  },
  unavailable: {
    meaning: "The service cannot be reached or cannot answer at the moment.",
    retryable: true,
  },
  data_loss: {
    meaning: "Stored data is lost or damaged beyond repair.",
    retryable: false,
  },
  unauthenticated: {
    meaning: "The caller is not known: credentials are missing, expired or wrong.",
    retryable: false,
  },
};

/**
 * Whether a value is a canonical code.
 *
 * @param value Anything, for example a field of a peer's response.
 */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorCodes, value);
}
