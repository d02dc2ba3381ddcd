import type { JsonObject } from "@plinth/core";
import { refusal } from "../authorization/refusal.ts";

/** Types in the header that access tokens have: that of RFC 9068, and the general one of most issuers. */
const accessTypes: ReadonlySet<string> = new Set(["at+jwt", "jwt"]);
/** Claims by which OpenID Connect ties an ID token to what it was issued with. */
const idTokenClaims = ["at_hash", "c_hash", "s_hash"];
/** What Keycloak says in the claim `typ`, and Cognito in `token_use`, of tokens that are for a client. */
const otherUses: ReadonlySet<unknown> = new Set(["ID", "Refresh", "Offline", "Logout", "id"]);

/** The `typ` of a header as RFC 7515 compares it: without case, and `application/` is left out. */
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
  // Some issuers put it into access tokens as well; those say what they give access to.
  return "nonce" in claims && !("scope" in claims) && !("scp" in claims);
}

/**
 * Refuses tokens that an issuer has signed with the same keys, but not for calling a service: ID tokens,
 * logout tokens, security events. RFC 9068 gives access tokens a type of their own; where an issuer does
 * not use it, the claims have to tell.
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
