import "./supported-node.ts";
export {
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
export { createServiceError } from "./create-service-error.ts";
export { DeclarationError } from "./declaration-error.ts";
export {
  errorCodes,
  isErrorCode,
  type ErrorCode,
  type ErrorCodeDescription,
} from "./error-codes.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { deserializeError, type DeserializeOptions } from "./deserialize-error.ts";
export { describeThrown, isError, readableError, readThrown } from "./read-thrown.ts";
export { serializeError, type SerializableError, type SerializedError } from "./serialize-error.ts";
export { isServiceError, ServiceError, type ServiceErrorOptions } from "./service-error.ts";
export { toServiceError } from "./to-service-error.ts";
export {
  validationError,
  type FieldError,
  type ValidationFault,
  type ValidationIssue,
} from "./validation-error.ts";
