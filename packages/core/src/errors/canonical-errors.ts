import { markCanonical, ServiceError, type ServiceErrorOptions } from "./service-error.ts";

/** `cancelled`: The caller gave up on the call. */
export class CancelledError extends ServiceError {
  declare readonly code: "cancelled";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("cancelled", message, options);
  }
  static {
    markCanonical(this, "cancelled", "CancelledError");
  }
}

/** `unknown`: The call failed in a way that has not been classified. Callers do not see its message and details. */
export class UnknownError extends ServiceError {
  declare readonly code: "unknown";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("unknown", message, options);
  }
  static {
    markCanonical(this, "unknown", "UnknownError");
  }
}

/** `invalid_argument`: The input is wrong in any state of the system. */
export class InvalidArgumentError extends ServiceError {
  declare readonly code: "invalid_argument";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("invalid_argument", message, options);
  }
  static {
    markCanonical(this, "invalid_argument", "InvalidArgumentError");
  }
}

/** `deadline_exceeded`: The deadline passed; the call may still have taken effect. */
export class DeadlineExceededError extends ServiceError {
  declare readonly code: "deadline_exceeded";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("deadline_exceeded", message, options);
  }
  static {
    markCanonical(this, "deadline_exceeded", "DeadlineExceededError");
  }
}

/** `not_found`: The resource does not exist. */
export class NotFoundError extends ServiceError {
  declare readonly code: "not_found";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("not_found", message, options);
  }
  static {
    markCanonical(this, "not_found", "NotFoundError");
  }
}

/** `already_exists`: The resource exists already. */
export class AlreadyExistsError extends ServiceError {
  declare readonly code: "already_exists";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("already_exists", message, options);
  }
  static {
    markCanonical(this, "already_exists", "AlreadyExistsError");
  }
}

/** `permission_denied`: The caller is known and is not allowed to do this. */
export class PermissionDeniedError extends ServiceError {
  declare readonly code: "permission_denied";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("permission_denied", message, options);
  }
  static {
    markCanonical(this, "permission_denied", "PermissionDeniedError");
  }
}

/** `resource_exhausted`: A quota or rate limit is used up; set `retryAfter` if it is known. */
export class ResourceExhaustedError extends ServiceError {
  declare readonly code: "resource_exhausted";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("resource_exhausted", message, options);
  }
  static {
    markCanonical(this, "resource_exhausted", "ResourceExhaustedError");
  }
}

/** `failed_precondition`: The system is not in the state that the call needs. */
export class FailedPreconditionError extends ServiceError {
  declare readonly code: "failed_precondition";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("failed_precondition", message, options);
  }
  static {
    markCanonical(this, "failed_precondition", "FailedPreconditionError");
  }
}

/** `aborted`: A concurrent change got in the way; read again, then retry the whole sequence. */
export class AbortedError extends ServiceError {
  declare readonly code: "aborted";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("aborted", message, options);
  }
  static {
    markCanonical(this, "aborted", "AbortedError");
  }
}

/** `out_of_range`: The input points past the end of the existing data. */
export class OutOfRangeError extends ServiceError {
  declare readonly code: "out_of_range";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("out_of_range", message, options);
  }
  static {
    markCanonical(this, "out_of_range", "OutOfRangeError");
  }
}

/** `unimplemented`: The operation is not offered here. */
export class UnimplementedError extends ServiceError {
  declare readonly code: "unimplemented";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("unimplemented", message, options);
  }
  static {
    markCanonical(this, "unimplemented", "UnimplementedError");
  }
}

/** `internal`: The service is at fault. Callers do not see its message and details. */
export class InternalError extends ServiceError {
  declare readonly code: "internal";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("internal", message, options);
  }
  static {
    markCanonical(this, "internal", "InternalError");
  }
}

/** `unavailable`: The service cannot be reached or cannot answer now; a retry may help. */
export class UnavailableError extends ServiceError {
  declare readonly code: "unavailable";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("unavailable", message, options);
  }
  static {
    markCanonical(this, "unavailable", "UnavailableError");
  }
}

/** `data_loss`: Stored data is lost or damaged beyond repair. */
export class DataLossError extends ServiceError {
  declare readonly code: "data_loss";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("data_loss", message, options);
  }
  static {
    markCanonical(this, "data_loss", "DataLossError");
  }
}

/** `unauthenticated`: The caller is not known. */
export class UnauthenticatedError extends ServiceError {
  declare readonly code: "unauthenticated";
  /** @param message One sentence for the caller. @param options See {@link ServiceErrorOptions}. */
  constructor(message: string, options?: ServiceErrorOptions) {
    super("unauthenticated", message, options);
  }
  static {
    markCanonical(this, "unauthenticated", "UnauthenticatedError");
  }
}
