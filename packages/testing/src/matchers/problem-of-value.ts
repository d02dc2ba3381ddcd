import { isServiceError, type ServiceError } from "@plinth/core";
import { problemOf, type Problem } from "@plinth/http";

/** A problem, with what belongs to one that is made of an error not yet sent. */
export type ReceivedProblem = Partial<Problem>;

/**
 * The problem in a value: a service error as it would be sent, or the body of an answer.
 *
 * @returns `undefined` where the value is neither.
 */
export function problemOfValue(value: unknown): ReceivedProblem | undefined {
  if (isServiceError(value)) return problemOfError(value);
  return isProblemBody(value) ? value : undefined;
}

function problemOfError(error: ServiceError): ReceivedProblem {
  const { requestId, ...problem } = problemOf(error, error.requestId ?? "");
  // In a test the error itself is at hand: what is not shown to callers may be looked at.
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
