import type { Clock, JsonObject, Principal } from "@plinth/core";

/** The signature algorithms of public keys. There is no shared secret among them, and no `none`. */
export const asymmetricAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

/** One of the {@link asymmetricAlgorithms}. */
export type JwtAlgorithm = (typeof asymmetricAlgorithms)[number];

/** What a `JwtAuthorizer` has to know. Durations are in milliseconds. */
export interface JwtAuthorizerOptions {
  /** Who issues the tokens: `iss` has to be it, or one of them. */
  readonly issuer: string | readonly string[];
  /** Whom the tokens are for: `aud` has to hold it, or one of them. */
  readonly audience: string | readonly string[];
  /** Where the issuer publishes its public keys, as a JSON Web Key Set. */
  readonly jwksUrl: string | URL;
  /** The algorithms that are accepted. Default: all {@link asymmetricAlgorithms}. */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** By how much clocks may differ. Default: 5,000. */
  readonly clockSkew?: number;
  /** Claims that have to be there, beside `iss` and `aud`. Default: `exp` and `sub`. */
  readonly requiredClaims?: readonly string[];
  /**
   * The `typ` that a token's header has to have, such as `at+jwt`; then nothing else counts. Default:
   * `at+jwt`, `JWT` or none. Without `at+jwt`, tokens are refused that show by their claims that they
   * are ID tokens (`at_hash`, `c_hash`, `s_hash`, or `nonce` without a `scope`), logout tokens or other
   * security events (`events`). An ID token with none of these claims is told apart by its audience
   * alone, which is the client's.
   */
  readonly tokenType?: string;
  /** How long fetched keys are used before they are fetched again. Default: 600,000. */
  readonly keysMaxAge?: number;
  /**
   * How much longer fetched keys are used while they cannot be fetched again. A key that its issuer has
   * withdrawn meanwhile is good for so long. 0: not at all. Default: 3,600,000.
   */
  readonly keysGrace?: number;
  /**
   * How long after a fetch an unknown key id does not lead to another one: strangers could else
   * make us flood the issuer. After a fetch that failed nothing leads to another one for so long, and
   * for 5,000 at most. Default: 30,000.
   */
  readonly cooldown?: number;
  /** How long a fetch of the keys may take. Default: 5,000. */
  readonly timeout?: number;
  /** Tells when tokens and keys have expired. Default: the time of this machine. */
  readonly clock?: Clock;
  /**
   * Makes the principal of verified claims. Default: `sub` as its id, the words of `scope` and `scp`
   * as its scopes, and all claims.
   */
  readonly toPrincipal?: (claims: JsonObject) => Principal;
}
