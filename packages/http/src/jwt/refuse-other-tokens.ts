import type { JsonObject } from "@plinth/core";
import { refusal } from "../authorization/refusal.ts";

/**
 * The header types of access tokens: that of RFC 9068, and the general one that most issuers use.
 */
const accessTypes: ReadonlySet<string> = new Set(["at+jwt", "jwt"]);
/** Claims by which OpenID Connect ties an ID token to what it was issued with. */
const idTokenClaims = ["at_hash", "c_hash", "s_hash"];
/**
 * Values of the claim `typ` (Keycloak) or `token_use` (Cognito) in tokens that are for a client.
 */
const otherUses: ReadonlySet<unknown> = new Set(["ID", "Refresh", "Offline", "Logout", "id"]);

/** The `typ` of a header as RFC 7515 compares it: in lower case, without `application/`. */
function typeOf(header: { readonly typ?: unknown }): string | undefined {
  return typeof header.typ === "string"
    ? header.typ.toLowerCase().replace(/^application\//, "")
    : undefined;
}

function isForClient(claims: JsonObject): boolean {
  if (idTokenClaims.some((claim) => claim in claims)) return true;
  if (otherUses.has(claims["typ"]) || otherUses.has(claims["token_use"])) return true;
  // Security events, such as a logout (RFC 8417, OpenID Connect Back-Channel Logout).
  if ("events" in claims) return true;
  // Some issuers put it into access tokens as well, but those have scopes.
  return "nonce" in claims && !("scope" in claims) && !("scp" in claims);
}

/**
 * Refuses tokens that an issuer signs with the same keys, but that are not for calling a service: ID tokens,
 * logout tokens, security events. RFC 9068 gives access tokens their own type; if an issuer does not use it,
 * the claims decide.
 *
 * @throws UnauthenticatedError
 */
export function refuseOtherTokens(header: { readonly typ?: unknown }, claims: JsonObject): void {
  const type = typeOf(header);
  if (type === "at+jwt") return;
  if ((type !== undefined && !accessTypes.has(type)) || isForClient(claims)) {
    throw refusal(
      "invalid_credentials",
      "The token is of another type: an access token is needed.",
    );
  }
}
