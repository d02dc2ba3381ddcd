import type { JsonObject, Principal } from "@plinth/core";
import { refusal } from "../authorization/refusal.ts";

/** The words of a claim that is a list or a text; none if it is neither. */
function words(claim: unknown): readonly string[] {
  if (typeof claim === "string") return claim.split(" ").filter((word) => word !== "");
  return Array.isArray(claim) ? claim.filter((word) => typeof word === "string") : [];
}

/**
 * Makes the principal from verified claims: `sub` is the id, `scope` (RFC 8693) and `scp` are the scopes.
 *
 * @throws UnauthenticatedError if `sub` is not a text
 */
export function principalOf(claims: JsonObject): Principal {
  const { sub, scope, scp } = claims;
  if (typeof sub !== "string" || sub === "") {
    throw refusal("invalid_credentials", "The token's claim sub is not accepted.");
  }
  return Object.freeze({
    id: sub,
    scopes: Object.freeze([...new Set([...words(scope), ...words(scp)])]),
    claims,
  });
}
