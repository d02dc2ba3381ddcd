import { UnauthenticatedError } from "@plinth/core";

/** Why credentials were refused: `details.reason` of the error. */
export type RefusalReason =
  | "missing_credentials"
  | "malformed_credentials"
  | "invalid_credentials"
  | "expired_credentials";

/**
 * Makes the error for credentials that are missing or not accepted.
 *
 * @param reason for programs
 * @param message for people: the rule that was not met. Never part of the credentials
 */
export function refusal(reason: RefusalReason, message: string): UnauthenticatedError {
  return new UnauthenticatedError(message, { details: { reason } });
}
