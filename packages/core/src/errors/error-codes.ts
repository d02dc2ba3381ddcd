/**
 * The closed set of canonical error codes. They are those of google.rpc.Code, written in
 * snake_case and without `OK`, so that a gRPC peer and an HTTP peer mean the same by one name.
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

/** What is fixed about a code, whoever throws it. */
export interface ErrorCodeDescription {
  /** One sentence for people: when to use the code. */
  readonly meaning: string;
  /**
   * Whether the very same call may succeed when it is sent again after a wait. It says nothing
   * about safety: only an idempotent method may be repeated without asking.
   */
  readonly retryable: boolean;
}

/**
 * Every canonical code with its meaning. The transport's own status for a code is not here: each
 * transport owns that table.
 */
export const errorCodes: { readonly [C in ErrorCode]: ErrorCodeDescription } = {
  cancelled: {
    meaning: "The caller gave up on the call before it was finished.",
    retryable: false,
  },
  unknown: {
    meaning: "The call failed in a way that nobody has classified.",
    retryable: false,
  },
  invalid_argument: {
    meaning: "The input is wrong whatever the state of the system; the caller must change it.",
    retryable: false,
  },
  deadline_exceeded: {
    meaning: "The time allowed ran out; whether the call took effect is not known.",
    retryable: false,
  },
  not_found: {
    meaning: "What the call names does not exist.",
    retryable: false,
  },
  already_exists: {
    meaning: "What the call was to create exists already.",
    retryable: false,
  },
  permission_denied: {
    meaning: "The caller is known and may not do this.",
    retryable: false,
  },
  resource_exhausted: {
    meaning: "A quota, a rate limit or some other supply is used up for now.",
    retryable: true,
  },
  failed_precondition: {
    meaning: "The system is not in the state the call needs; somebody must change that first.",
    retryable: false,
  },
  aborted: {
    meaning:
      "Somebody else changed the same thing at the same time; start again from reading it, not from the failed step.",
    retryable: false,
  },
  out_of_range: {
    meaning: "The input points past the end of what exists now.",
    retryable: false,
  },
  unimplemented: {
    meaning: "The operation is not offered here.",
    retryable: false,
  },
  internal: {
    meaning: "The service itself is at fault; only its log says how.",
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
 * Whether a value is one of the canonical codes.
 *
 * @param value anything, for example a field of a peer's answer
 */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorCodes, value);
}
