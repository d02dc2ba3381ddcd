import { createHash, timingSafeEqual } from "node:crypto";
import { SystemClock, type Clock, type Principal } from "@plinth/core";
import type { ApiKeyRecord, ApiKeyStore } from "./api-key-store.ts";
import { Authorizer, type AuthorizationRequest } from "./authorizer.ts";
import { refusal } from "./refusal.ts";
import type { SecurityScheme } from "./security-scheme.ts";
import { singleHeader } from "./single-header.ts";

/** Options of an `ApiKeyAuthorizer`. */
export interface ApiKeyOptions {
  /** Name of the header with the key. Default: `x-api-key`. */
  readonly header?: string;
  /**
   * The form of a key. Anything else is refused without a lookup. Default: 16 to 256 letters, digits and
   * `._~-`.
   */
  readonly pattern?: RegExp;
  /** Tells whether a key has expired. Default: the time of this machine. */
  readonly clock?: Clock;
}

/** A store, or the function that would be its only method. */
export type ApiKeySource = ApiKeyStore | ((hash: string) => Promise<ApiKeyRecord | undefined>);

const defaultPattern = /^[A-Za-z0-9._~-]{16,256}$/;

/**
 * The SHA-256 of a key in hexadecimal: store this and look keys up by it. It needs no salt and no slow hash,
 * because a key is random, with at least 128 bits, and cannot be guessed.
 *
 * @param key the key as its owner has it
 */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function isSameHash(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, "hex"), Buffer.from(right, "hex")];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * Accepts API keys that a store knows by their hash. Unknown, revoked and expired keys get the same answer,
 * so that callers cannot find out which keys have existed.
 */
export class ApiKeyAuthorizer extends Authorizer {
  override readonly schemes: readonly SecurityScheme[];
  readonly #find: (hash: string) => Promise<ApiKeyRecord | undefined>;
  readonly #header: string;
  readonly #pattern: RegExp;
  readonly #clock: Clock;

  /**
   * @param source where keys are looked up. Its errors are answered like any other: a service error by its
   *   code
   * @param options see {@link ApiKeyOptions}
   */
  constructor(source: ApiKeySource, options: ApiKeyOptions = {}) {
    super();
    this.#find = typeof source === "function" ? source : (hash) => source.find(hash);
    this.#clock = options.clock ?? new SystemClock();
    this.#header = (options.header ?? "x-api-key").toLowerCase();
    // With the flags g and y, `test` would go on where it stopped.
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

  /** @throws UnauthenticatedError; the errors of the store */
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
