import type { Principal } from "@plinth/core";

/** What is kept of an API key: never the key itself. */
export interface ApiKeyRecord {
  /** What `hashApiKey` made of the key. */
  readonly hash: string;
  /** Whom the key stands for, and what it may do. */
  readonly principal: Principal;
  /** Whether it was taken back. Default: false. */
  readonly revoked?: boolean | undefined;
  /** When it ends, in milliseconds since the epoch. Absent: never. */
  readonly expiresAt?: number | undefined;
}

/** Where API keys are looked up. */
export abstract class ApiKeyStore {
  /**
   * Finds a key by its hash.
   *
   * @param hash what `hashApiKey` gives
   * @returns the record; `undefined` when there is none
   */
  abstract find(hash: string): Promise<ApiKeyRecord | undefined>;
}
