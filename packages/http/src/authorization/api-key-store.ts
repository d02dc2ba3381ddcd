import type { Principal } from "@plinth/core";

/** A stored API key. The key itself is never stored. */
export interface ApiKeyRecord {
  /** The result of `hashApiKey`. */
  readonly hash: string;
  /** The caller that the key stands for, and its scopes. */
  readonly principal: Principal;
  /** Whether the key was revoked. Default: false. */
  readonly revoked?: boolean | undefined;
  /** When the key expires, in milliseconds since the epoch. Absent: never. */
  readonly expiresAt?: number | undefined;
}

/** Where API keys are looked up. */
export abstract class ApiKeyStore {
  /**
   * Finds a key by its hash.
   *
   * @param hash the result of `hashApiKey`
   * @returns the record; `undefined` if there is none
   */
  abstract find(hash: string): Promise<ApiKeyRecord | undefined>;
}
