import type { ErrorCode } from "@plinth/core/errors";

// By number, as gRPC sends them; 0 is success.
const codes: readonly (ErrorCode | undefined)[] = [
  undefined,
  "cancelled",
  "unknown",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
  "unauthenticated",
];

/** The engine did not answer within the driver's time limit. */
export class FirestoreTimeoutError extends Error {
  override readonly name = "FirestoreTimeoutError";

  /** @param timeout The limit in milliseconds. */
  constructor(timeout: number) {
    super(`Firestore gave no answer within ${timeout} ms.`);
  }
}

/** Maps an error of the Firestore client to a code; `undefined` if it is not known. */
export function firestoreErrorCode(raw: unknown): ErrorCode | undefined {
  if (raw instanceof FirestoreTimeoutError) return "unavailable";
  if (!(raw instanceof Error)) return undefined;
  const { code } = raw as Error & { code?: unknown };
  return typeof code === "number" ? codes[code] : undefined;
}

/** Whether an error says that the precondition of a write did not hold. */
export function isPreconditionFailure(raw: unknown): boolean {
  const code = firestoreErrorCode(raw);
  return code === "already_exists" || code === "not_found" || code === "failed_precondition";
}
