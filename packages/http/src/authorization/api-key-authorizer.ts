import { createHash, timingSafeEqual } from "node:crypto";
import { SystemClock, type Clock, type Principal } from "@plinth/core";
import type { ApiKeyRecord, ApiKeyStore } from "./api-key-store.ts";
import { Authorizer, type AuthorizationRequest } from "./authorizer.ts";
import { refusal } from "./refusal.ts";
import type { SecurityScheme } from "./security-scheme.ts";
import { singleHeader } from "./single-header.ts";

/** What an `ApiKeyAuthorizer` can be told. */
export interface ApiKeyOptions {
  /** Name of the header with the key. Default: `x-api-key`. */
  readonly header?: string;
  /**
   * What a key looks like; anything else is refused without a look-up. Default: 16 to 256 letters,
   * digits and `._~-`.
   */
  readonly pattern?: RegExp;
  /** Tells whether a key has ended. Default: the time of this machine. */
  readonly clock?: Clock;
}

/** A store, or the function that would be its only method. */
export type ApiKeySource = ApiKeyStore | ((hash: string) => Promise<ApiKeyRecord | undefined>);

const defaultPattern = /^[A-Za-z0-9._~-]{16,256}$/;

/**
 * The SHA-256 of a key in hexadecimal, which is what a store keeps. No salt and no slow hash: a key
 * has to be random, 128 bits or more, and is then not to be guessed; look it up by this.
 *
 * @param key the key as its owner got it
 */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function isSameHash(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, "hex"), Buffer.from(right, "hex")];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * Accepts API keys that a store knows by their hash. An unknown, a revoked and an expired key are
 * answered alike, so that nobody learns which keys have existed.
 */
export class ApiKeyAuthorizer extends Authorizer {
  override readonly schemes: readonly SecurityScheme[];
  readonly #find: (hash: string) => Promise<ApiKeyRecord | undefined>;
  readonly #header: string;
  readonly #pattern: RegExp;
  readonly #clock: Clock;

  /**
   * @param source where keys are looked up; what it throws is answered as any error, a service
   *   error by its code
   * @param options see {@link ApiKeyOptions}
   */
  constructor(source: ApiKeySource, options: ApiKeyOptions = {}) {
    super();
    this.#find = typeof source === "function" ? source : (hash) => source.find(hash);
    this.#clock = options.clock ?? new SystemClock();
    this.#header = (options.header ?? "x-api-key").toLowerCase();
    // Without these flags, which make `test` remember where it stopped.
    const { source: text, flags } = options.pattern ?? defaultPattern;
    this.#pattern = new RegExp(text, flags.replaceAll(/[gy]/g, ""));
    this.schemes = [
      {
        name: "apiKey",
        challenge: "ApiKey",
        document: { type: "apiKey", in: "header", name: this.#header },
      },
    ];
  }

  /** @throws UnauthenticatedError; whatever the store throws */
  override async authorize(request: AuthorizationRequest): Promise<Principal> {
    const key = singleHeader(request, this.#header);
    if (key === undefined) {
      throw refusal("missing_credentials", `An API key is needed, in the header ${this.#header}.`);
    }
    if (!this.#pattern.test(key)) {
      throw refusal("malformed_credentials", "The API key is not well-formed.");
    }
    const hash = hashApiKey(key);
    const record = await this.#find(hash);
    const isValid =
      record !== undefined &&
      isSameHash(record.hash, hash) &&
      record.revoked !== true &&
      (record.expiresAt === undefined || record.expiresAt > this.#clock.now());
    if (!isValid) throw refusal("invalid_credentials", "The API key is not valid.");
    return record.principal;
  }
}
