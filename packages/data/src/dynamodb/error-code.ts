import type { ErrorCode } from "@plinth/core/errors";
import { cancellationReasons } from "./cancellation.ts";

const codes: Readonly<Record<string, ErrorCode>> = {
  AccessDeniedException: "permission_denied",
  ExpiredTokenException: "unauthenticated",
  IncompleteSignatureException: "unauthenticated",
  InvalidSignatureException: "unauthenticated",
  MissingAuthenticationTokenException: "unauthenticated",
  UnrecognizedClientException: "unauthenticated",
  CredentialsProviderError: "unauthenticated",
  ValidationException: "invalid_argument",
  SerializationException: "invalid_argument",
  ItemCollectionSizeLimitExceededException: "failed_precondition",
  ResourceNotFoundException: "failed_precondition",
  ResourceInUseException: "failed_precondition",
  ConditionalCheckFailedException: "aborted",
  TransactionConflictException: "aborted",
  TransactionInProgressException: "aborted",
  IdempotentParameterMismatchException: "invalid_argument",
  ReplicatedWriteConflictException: "aborted",
  ProvisionedThroughputExceededException: "resource_exhausted",
  RequestLimitExceeded: "resource_exhausted",
  ThrottlingException: "resource_exhausted",
  LimitExceededException: "resource_exhausted",
  InternalServerError: "unavailable",
  ServiceUnavailable: "unavailable",
  ServiceUnavailableException: "unavailable",
  TimeoutError: "unavailable",
  AbortError: "cancelled",
};

// Codes of the reasons of a cancelled transaction. The first match decides.
const reasonCodes: readonly (readonly [reason: string, code: ErrorCode])[] = [
  ["ValidationError", "invalid_argument"],
  ["ItemCollectionSizeLimitExceeded", "failed_precondition"],
  ["ConditionalCheckFailed", "aborted"],
  ["TransactionConflict", "aborted"],
  ["ProvisionedThroughputExceeded", "resource_exhausted"],
  ["ThrottlingError", "resource_exhausted"],
];

// Node's codes for a connection that failed or was lost.
const connectionCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** Maps an error of the AWS SDK to a code; `undefined` if it is not known. */
export function dynamoDbErrorCode(raw: unknown): ErrorCode | undefined {
  if (!(raw instanceof Error)) return undefined;
  const known = Object.hasOwn(codes, raw.name) ? codes[raw.name] : undefined;
  if (known !== undefined) return known;
  const reasons = new Set(cancellationReasons(raw).map(({ Code }) => Code));
  const reason = reasonCodes.find(([name]) => reasons.has(name));
  if (reason !== undefined) return reason[1];
  const { code, $metadata } = raw as Error & {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  if (typeof code === "string" && connectionCodes.has(code)) return "unavailable";
  // Several addresses that fail together are one error without a code.
  if (raw instanceof AggregateError) return dynamoDbErrorCode(raw.errors[0]);
  return ($metadata?.httpStatusCode ?? 0) >= 500 ? "unavailable" : undefined;
}

/** Whether an engine refused a write because of an empty string, as old engines do. */
export function refusesEmptyString(raw: unknown): boolean {
  if (!(raw instanceof Error)) return false;
  const reasons = cancellationReasons(raw).map(({ Message }) => Message ?? "");
  const messages = raw.name === "ValidationException" ? [raw.message] : reasons;
  return messages.some((message) => message.includes("may not contain an empty string"));
}

/** Whether an error says that the condition of a write did not hold. */
export function isConditionFailure(raw: unknown): boolean {
  return raw instanceof Error && raw.name === "ConditionalCheckFailedException";
}

/** How often the client sent the request before it failed. */
export function attemptsOf(raw: unknown): number {
  return (raw as { $metadata?: { attempts?: number } } | undefined)?.$metadata?.attempts ?? 1;
}
