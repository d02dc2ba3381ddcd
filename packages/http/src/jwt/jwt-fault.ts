import { UnavailableError, type ServiceError } from "@plinth/core";
import { refusal } from "../authorization/refusal.ts";

const messages: { readonly [code: string]: string } = {
  ERR_JOSE_ALG_NOT_ALLOWED: "The token is signed with an algorithm that is not accepted.",
  ERR_JOSE_NOT_SUPPORTED: "The token is signed with an algorithm that is not accepted.",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "The token's signature is not valid.",
  ERR_JWKS_NO_MATCHING_KEY: "The token is signed with a key that its issuer does not publish.",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "The token does not say which of several keys has signed it.",
  ERR_JWS_INVALID: "The token is not well-formed.",
  ERR_JWT_INVALID: "The token is not well-formed.",
};

const claimMessages: { readonly [claim: string]: string } = {
  iss: "The token's issuer is not accepted.",
  aud: "The token is for another audience.",
  nbf: "The token is not valid yet.",
  typ: "The token is of another type.",
};

function textOf(error: unknown, field: "code" | "claim" | "reason"): string | undefined {
  const value: unknown = error instanceof Error ? Reflect.get(error, field) : undefined;
  return typeof value === "string" ? value : undefined;
}

/**
 * Makes the service error for an error of jose. If the token is at fault, the error of jose is not the cause:
 * it carries the token's claims.
 */
export function jwtFault(error: unknown): ServiceError {
  const code = textOf(error, "code");
  if (code === "ERR_JWT_EXPIRED") return refusal("expired_credentials", "The token has expired.");
  if (code === "ERR_JWT_CLAIM_VALIDATION_FAILED") {
    const claim = textOf(error, "claim") ?? "";
    const message =
      textOf(error, "reason") === "missing"
        ? `The token lacks the claim ${claim}.`
        : (claimMessages[claim] ?? `The token's claim ${claim} is not accepted.`);
    return refusal("invalid_credentials", message);
  }
  const message = code === undefined ? undefined : messages[code];
  if (message !== undefined) return refusal("invalid_credentials", message);
  // The rest is about the keys: the issuer cannot be reached, or its answer is invalid.
  return new UnavailableError("The keys of the token's issuer cannot be fetched at the moment.", {
    cause: error,
  });
}
