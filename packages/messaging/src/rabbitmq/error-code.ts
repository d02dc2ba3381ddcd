import { isServiceError, type ErrorCode } from "@plinth/core/errors";

/** The reply codes of AMQP 0-9-1, from its specification. */
const replyCodes: Readonly<Record<number, ErrorCode>> = {
  311: "invalid_argument",
  312: "not_found",
  313: "unavailable",
  320: "unavailable",
  402: "invalid_argument",
  403: "permission_denied",
  404: "not_found",
  405: "aborted",
  406: "failed_precondition",
  504: "unavailable",
  506: "resource_exhausted",
  530: "permission_denied",
  540: "unimplemented",
  541: "unavailable",
};

const socketCodes: ReadonlySet<string> = new Set([
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Messages of the client for errors without a code. */
const sentences: readonly (readonly [RegExp, ErrorCode])[] = [
  [/ACCESS.REFUSED/, "unauthenticated"],
  [/^message nacked/, "resource_exhausted"],
  [
    /(connection|channel|socket) (is )?(closed|closing|ended)|heartbeat|timed?.?out|closed by/i,
    "unavailable",
  ],
];

/** The code of an error of the client or the broker; `undefined` if it is not known. */
export function errorCode(raw: unknown): ErrorCode | undefined {
  if (isServiceError(raw)) return raw.code;
  if (!(raw instanceof Error)) return undefined;
  const code: unknown = "code" in raw ? raw.code : undefined;
  if (typeof code === "number") {
    return replyCodes[code] ?? (code >= 500 ? "unavailable" : undefined);
  }
  if (typeof code === "string" && socketCodes.has(code)) return "unavailable";
  return sentences.find(([pattern]) => pattern.test(raw.message))?.[1];
}

/** Whether an error is the broker's answer with one of these reply codes. */
export function isReply(raw: unknown, ...codes: readonly number[]): boolean {
  return raw instanceof Error && "code" in raw && codes.includes(Number(raw.code));
}

/** Whether the broker has refused a message for now: one of its queues is full, or failed. */
export function isNack(raw: unknown): boolean {
  return errorCode(raw) === "resource_exhausted" && raw instanceof Error && !("code" in raw);
}

const refusals: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode | undefined>([
  "failed_precondition",
  "invalid_argument",
  "not_found",
  "permission_denied",
  "unimplemented",
]);

/** Whether an error is permanent: the broker would refuse the same again. */
export function isRefusal(raw: unknown): boolean {
  return refusals.has(errorCode(raw));
}
