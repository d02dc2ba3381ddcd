import {
  CancelledError,
  UnknownError,
  InvalidArgumentError,
  DeadlineExceededError,
  NotFoundError,
  AlreadyExistsError,
  PermissionDeniedError,
  ResourceExhaustedError,
  FailedPreconditionError,
  AbortedError,
  OutOfRangeError,
  UnimplementedError,
  InternalError,
  UnavailableError,
  DataLossError,
  UnauthenticatedError,
} from "./canonical-errors.ts";
import type { ErrorCode } from "./error-codes.ts";
import type { ServiceError, ServiceErrorOptions } from "./service-error.ts";

type CanonicalClass = new (message: string, options?: ServiceErrorOptions) => ServiceError;

const classes: { readonly [C in ErrorCode]: CanonicalClass } = {
  cancelled: CancelledError,
  unknown: UnknownError,
  invalid_argument: InvalidArgumentError,
  deadline_exceeded: DeadlineExceededError,
  not_found: NotFoundError,
  already_exists: AlreadyExistsError,
  permission_denied: PermissionDeniedError,
  resource_exhausted: ResourceExhaustedError,
  failed_precondition: FailedPreconditionError,
  aborted: AbortedError,
  out_of_range: OutOfRangeError,
  unimplemented: UnimplementedError,
  internal: InternalError,
  unavailable: UnavailableError,
  data_loss: DataLossError,
  unauthenticated: UnauthenticatedError,
};

/**
 * Makes an error of the class of a code that is known only at run time: in a client that reads a response, in a
 * driver that maps the errors of a database.
 *
 * @param code The canonical code.
 * @param message One sentence for the caller.
 * @param options See {@link ServiceErrorOptions}.
 */
export function createServiceError(
  code: ErrorCode,
  message: string,
  options?: ServiceErrorOptions,
): ServiceError {
  return new classes[code](message, options);
}
