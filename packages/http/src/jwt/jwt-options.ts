import type { JsonObject, Principal } from "@plinth/core";

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
  /** The `typ` that a token's header has to have, such as `at+jwt`. Default: any. */
  readonly tokenType?: string;
  /** How long fetched keys are used. Default: 600,000. */
  readonly keysMaxAge?: number;
  /**
   * How long after a fetch an unknown key id does not lead to another one: strangers could else
   * make us flood the issuer. Default: 30,000.
   */
  readonly cooldown?: number;
  /** How long a fetch of the keys may take. Default: 5,000. */
  readonly timeout?: number;
  /**
   * Makes the principal of verified claims. Default: `sub` as its id, the words of `scope` and `scp`
   * as its scopes, and all claims.
   */
  readonly toPrincipal?: (claims: JsonObject) => Principal;
}
