import { isServiceError, type ServiceError } from "@plinth/core";
import { problemOf, type Problem } from "@plinth/http";

/** A problem. That of an error which was not sent yet lacks some fields. */
export type ReceivedProblem = Partial<Problem>;

/**
 * The problem in a value: a service error as it would be sent, or the body of a response.
 *
 * @returns `undefined` if the value is neither.
 */
export function problemOfValue(value: unknown): ReceivedProblem | undefined {
  if (isServiceError(value)) return problemOfError(value);
  return isProblemBody(value) ? value : undefined;
}

function problemOfError(error: ServiceError): ReceivedProblem {
  const { requestId, ...problem } = problemOf(error, error.requestId ?? "");
  // A test has the error itself, so it may compare the message that callers do not see.
  return {
    ...problem,
    detail: error.message,
    ...(error.requestId === undefined ? {} : { requestId }),
  };
}

function isProblemBody(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    "status" in value &&
    typeof value.code === "string" &&
    typeof value.status === "number"
  );
}
