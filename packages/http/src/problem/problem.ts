import type { ErrorCode, FieldError, JsonObject, ServiceError } from "@plinth/core";
import { serializeError } from "@plinth/core/errors";
import { statusOf } from "./status-of.ts";
import { preconditionFailed, type TransportFault } from "./transport-fault.ts";

/** The body of every error answer: a problem document (RFC 9457), sent as {@link problemType}. */
export interface Problem {
  /** The kind of fault, stable: `urn:plinth:error:` and a word such as `not_found`. */
  readonly type: string;
  /** The kind of fault in words, always the same for a type. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** The details of this fault, in words. */
  readonly detail: string;
  /** The canonical code, for programs. */
  readonly code: ErrorCode;
  /** The id of the request, as in the `x-request-id` header and in the log. */
  readonly requestId: string;
  /** The invalid fields of the input. Absent if no field is at fault. */
  readonly errors?: readonly FieldError[];
  /** Further details of the error. Absent if there are none. */
  readonly details?: JsonObject;
  /** How long to wait before another attempt, in milliseconds. Absent: no advice. */
  readonly retryAfter?: number;
}

/** The content type of a problem document. */
export const problemType = "application/problem+json; charset=utf-8";

/** The kind of a fault in words, as the `title` of its problem. */
export function titleOf(kind: string): string {
  const words =
    kind === "internal" || kind === "unknown" ? `${kind} error` : kind.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The problem document of a transport fault. */
export function transportProblem(fault: TransportFault, requestId: string): Problem {
  return {
    type: `urn:plinth:error:${fault.kind}`,
    title: titleOf(fault.kind),
    status: fault.status,
    detail: fault.detail,
    code: fault.code,
    requestId,
    ...(fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter }),
  };
}

/**
 * The same problem for a request with `If-Match`: `aborted` then means that this precondition does not hold.
 */
export function guardedProblem(problem: Problem): Problem {
  if (problem.code !== "aborted") return problem;
  const { kind, status } = preconditionFailed;
  return { ...problem, type: `urn:plinth:error:${kind}`, title: titleOf(kind), status };
}

function isFieldError(value: unknown): value is JsonObject & FieldError {
  if (typeof value !== "object" || value === null) return false;
  const { path, message, code } = value as Partial<Record<string, unknown>>;
  return [path, message, code].every((text) => typeof text === "string");
}

/**
 * The problem document of a service error. Like `serializeError` it leaves out causes, internal details, and
 * the message of an internal error.
 */
export function problemOf(error: ServiceError, requestId: string): Problem {
  const { code, message, details, retryAfter } = serializeError(error);
  const { errors, ...others } = details ?? {};
  // A service may use this name for other details. Callers expect fields with their faults.
  const fields = Array.isArray(errors) && errors.every(isFieldError) ? errors : undefined;
  const rest = fields === undefined ? (details ?? {}) : others;
  return {
    type: `urn:plinth:error:${code}`,
    title: titleOf(code),
    status: statusOf(code),
    detail: message,
    code,
    requestId,
    ...(fields === undefined ? {} : { errors: fields }),
    ...(Object.keys(rest).length === 0 ? {} : { details: rest }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
