import type { JsonObject, Principal } from "@plinth/core";
import { refusal } from "../authorization/refusal.ts";

/** The words of a claim that is either a list or a text of words; none of anything else. */
function words(claim: unknown): readonly string[] {
  if (typeof claim === "string") return claim.split(" ").filter((word) => word !== "");
  return Array.isArray(claim) ? claim.filter((word) => typeof word === "string") : [];
}

/**
 * The principal of verified claims: `sub` is its id, `scope` (RFC 8693) and `scp` its scopes.
 *
 * @throws UnauthenticatedError when `sub` is no text
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
