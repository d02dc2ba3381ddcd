import { UnauthenticatedError } from "@plinth/core";

/** Why credentials were refused, as `details.reason` of the error tells clients. */
export type RefusalReason =
  | "missing_credentials"
  | "malformed_credentials"
  | "invalid_credentials"
  | "expired_credentials";

/**
 * The error for credentials that do not establish anybody.
 *
 * @param reason for programs
 * @param message for people: which rule was not met, never a part of the credentials
 */
export function refusal(reason: RefusalReason, message: string): UnauthenticatedError {
  return new UnauthenticatedError(message, { details: { reason } });
}
