import type { Clock, JsonObject, Principal } from "@plinth/core";

/** The signature algorithms of public keys. Shared secrets and `none` are not among them. */
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

/** Options of a `JwtAuthorizer`. Durations are in milliseconds. */
export interface JwtAuthorizerOptions {
  /** Who issues the tokens: `iss` must be this value, or one of them. */
  readonly issuer: string | readonly string[];
  /** Who the tokens are for: `aud` must contain this value, or one of them. */
  readonly audience: string | readonly string[];
  /** Where the issuer publishes its public keys, as a JSON Web Key Set. */
  readonly jwksUrl: string | URL;
  /** The algorithms that are accepted. Default: all {@link asymmetricAlgorithms}. */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** How far clocks may differ. Default: 5,000. */
  readonly clockSkew?: number;
  /** Claims that are required besides `iss` and `aud`. Default: `exp` and `sub`. */
  readonly requiredClaims?: readonly string[];
  /**
   * The required `typ` of a token's header, such as `at+jwt`; its claims are then not looked at to tell its
   * type. Default: `at+jwt`, `JWT` or none. Without `at+jwt`, a token is refused if its claims show that it
   * is an ID token (`at_hash`, `c_hash`, `s_hash`, or `nonce` without a `scope`), a logout token or another
   * security event (`events`). An ID token without these claims differs by its audience only, which is the
   * client.
   */
  readonly tokenType?: string;
  /** How long fetched keys are used before they are fetched again. Default: 600,000. */
  readonly keysMaxAge?: number;
  /**
   * How much longer fetched keys are used if they cannot be fetched again. A key that its issuer withdraws
   * meanwhile stays valid for that time. 0: not at all. Default: 3,600,000.
   */
  readonly keysGrace?: number;
  /**
   * How long after a fetch an unknown key id causes no other fetch, so that strangers cannot make this
   * service flood the issuer. After a failed fetch no token causes another one for this time, but for 5,000
   * at most. Default: 30,000.
   */
  readonly cooldown?: number;
  /** How long a fetch of the keys may take. Default: 5,000. */
  readonly timeout?: number;
  /** Tells whether tokens and keys have expired. Default: the time of this machine. */
  readonly clock?: Clock;
  /**
   * Makes the principal from verified claims. Default: `sub` is the id, the words of `scope` and `scp` are
   * the scopes, and all claims are kept.
   */
  readonly toPrincipal?: (claims: JsonObject) => Principal;
}
