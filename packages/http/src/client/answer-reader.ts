import {
  createServiceError,
  isServiceError,
  type ErrorCode,
  type FieldError,
  type MethodDescription,
} from "@plinth/core";
import { revisionOf } from "../request/entity-tag.ts";
import type { Answer } from "./connection-pool.ts";
import { readProblem } from "./problem-reader.ts";
import { RemoteError, type CallTarget } from "./remote-error.ts";
import { excerpt, isOwnRefusal, nonsense, notOffered } from "./remote-faults.ts";
import { readRetryAfter } from "./retry-after.ts";

/**
 * Codes for answers without a problem document, which come from a proxy or gateway. After gRPC's "HTTP to
 * gRPC Status Code Mapping".
 */
const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  401: "unauthenticated",
  403: "permission_denied",
  429: "resource_exhausted",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

function mediaType(headers: Answer["headers"]): string {
  const value = headers["content-type"];
  return typeof value === "string" ? (value.split(";", 1)[0] ?? "").trim().toLowerCase() : "";
}

function isJson(type: string): boolean {
  return /^application\/(?:[a-z0-9.-]+\+)?json$/.test(type);
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // The error of V8 quotes the text.
    return undefined;
  }
}

function described(type: string, text: string): string {
  if (text === "") return "nothing";
  const size = `${Buffer.byteLength(text)} bytes`;
  if (isJson(type)) return `${size} of ${type}`;
  return `${size} of ${type === "" ? "unnamed content" : excerpt(type)}: ${excerpt(text)}`;
}

function readFailure(target: CallTarget, answer: Answer, actsAsCaller: boolean): Error {
  const { status, headers, text } = answer;
  const type = mediaType(headers);
  if (isJson(type)) {
    const error = readProblem(target, parseJson(text)?.value, answer, actsAsCaller);
    if (error !== undefined) return error;
  }
  if (status >= 300 && status < 400) {
    const location = String(headers["location"] ?? "nowhere").split("?", 1)[0] ?? "";
    const what = `answered ${status}, a redirect to ${excerpt(location)}, which is not followed`;
    return nonsense(target, what, { status });
  }
  if (status === 404 || status === 405 || status === 501) return notOffered(target, status);
  const what = `answered ${status} with ${described(type, text)}, not with a problem document`;
  const code = codesByStatus[status];
  if (code === undefined) return nonsense(target, what, { status });
  return createServiceError(
    code,
    `The call of ${target.service}.${target.method} was answered with the status ${status}.`,
    {
      cause: new RemoteError(target, what, { status }),
      retryAfter: readRetryAfter(headers["retry-after"]),
      concealed: isOwnRefusal(code, actsAsCaller),
    },
  );
}

/** Puts the revision from the header `ETag` back into its field. */
function withRevision(
  received: unknown,
  { etag }: MethodDescription,
  headers: Answer["headers"],
): unknown {
  const header = etag === undefined ? undefined : headers["etag"];
  const revision = typeof header === "string" ? revisionOf(header) : undefined;
  if (etag === undefined || revision === undefined) return received;
  if (typeof received !== "object" || received === null) return received;
  return { ...received, [etag]: revision };
}

/** The invalid fields in words, without their values. */
function faultsOf(error: unknown): string {
  const found: unknown = isServiceError(error) ? error.internalDetails["errors"] : undefined;
  const errors = Array.isArray(found) ? (found as readonly FieldError[]) : [];
  return errors
    .slice(0, 3)
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
    .join("; ");
}

/**
 * Reads the output of an answer.
 *
 * @param readOutput checks it against the contract
 * @param actsAsCaller whether the call carried the credentials of the caller
 * @throws ServiceError the error of the service, or `internal` for an answer that does not fit the contract
 */
export function readAnswer(
  target: CallTarget,
  method: MethodDescription,
  answer: Answer,
  readOutput: (received: unknown) => unknown,
  actsAsCaller: boolean,
): unknown {
  const { status, headers, text } = answer;
  if (status < 200 || status > 299) throw readFailure(target, answer, actsAsCaller);
  const type = mediaType(headers);
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    const what = `answered with the content-encoding ${excerpt(String(encoding))}, which was not asked for`;
    throw nonsense(target, what, { status });
  }
  if (method.returnsNothing) {
    if (text === "") return undefined;
    const what = `answered ${status} with ${described(type, text)}, where the contract has no body`;
    throw nonsense(target, what, { status });
  }
  if (text !== "" && !isJson(type)) {
    throw nonsense(target, `answered ${status} with ${described(type, text)}, not with JSON`, {
      status,
    });
  }
  const parsed = text === "" ? { value: undefined } : parseJson(text);
  if (parsed === undefined) {
    const what = `answered ${status} with ${described(type, text)} that is not valid JSON; it may be cut off`;
    throw nonsense(target, what, { status });
  }
  try {
    return readOutput(withRevision(parsed.value, method, headers));
  } catch (error) {
    const what = `answered ${status} with ${described(type, text)} that does not fit the contract: ${faultsOf(error)}`;
    throw nonsense(target, what, {
      status,
      ...(isServiceError(error) ? { received: error.internalDetails } : { cause: error }),
    });
  }
}
