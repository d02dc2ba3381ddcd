import type { Clock } from "@plinth/core";
import type { createLocalJWKSet, errors } from "jose";

/** The part of jose that is needed here. It is loaded with an authorizer. */
export interface JoseKeys {
  readonly createLocalJWKSet: typeof createLocalJWKSet;
  readonly errors: Pick<typeof errors, "JWKSNoMatchingKey">;
}

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/** From where and how often keys are fetched. Durations are in milliseconds. */
export interface IssuerKeysOptions {
  readonly url: URL;
  readonly maxAge: number;
  readonly grace: number;
  readonly cooldown: number;
  readonly timeout: number;
  readonly clock: Clock;
}

/**
 * The pause after a failed fetch: an issuer that was down for a moment is asked again soon, but not for each
 * token.
 */
const longestFailureCooldown = 5_000;

/**
 * The public keys of an issuer. jose's own remote key set counts successful fetches only: while an issuer
 * fails, each token, forged or not, leads to another fetch, and known keys are no longer used.
 */
export class IssuerKeys {
  readonly #jose: JoseKeys;
  readonly #options: IssuerKeysOptions;
  #keys: LocalKeys | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #failure: { readonly error: unknown; readonly at: number } | undefined;
  #fetching: Promise<LocalKeys> | undefined;

  constructor(jose: JoseKeys, options: IssuerKeysOptions) {
    this.#jose = jose;
    this.#options = options;
  }

  /** Finds the key of a token for `jwtVerify`. Rejects with the errors of jose or of the fetch. */
  async find(...token: Parameters<LocalKeys>): ReturnType<LocalKeys> {
    const keys = await this.#current();
    try {
      return await keys(...token);
    } catch (error) {
      if (!(error instanceof this.#jose.errors.JWKSNoMatchingKey)) throw error;
      // It may be a new key. The cooldown keeps strangers from causing a fetch for each id that they invent.
      if (this.#failure === undefined && this.#age < this.#options.cooldown) throw error;
      const fresh = await this.#refresh();
      return fresh(...token);
    }
  }

  get #age(): number {
    return this.#options.clock.now() - this.#fetchedAt;
  }

  async #current(): Promise<LocalKeys> {
    const { maxAge, grace } = this.#options;
    const known = this.#keys;
    if (known !== undefined && this.#age < maxAge) return known;
    const isWithinGrace = known !== undefined && this.#age < maxAge + grace;
    const refreshing = this.#refresh();
    // During a known outage, no token waits for the next attempt.
    if (isWithinGrace && this.#failure !== undefined) {
      refreshing.catch(() => undefined);
      return known;
    }
    try {
      return await refreshing;
    } catch (error) {
      if (isWithinGrace) return known;
      throw error;
    }
  }

  /** Fetches the keys, once for all concurrent calls, and not shortly after a failure. */
  #refresh(): Promise<LocalKeys> {
    const { clock, cooldown } = this.#options;
    const failure = this.#failure;
    const wait = Math.min(cooldown, longestFailureCooldown);
    if (this.#fetching === undefined && failure !== undefined && clock.now() - failure.at < wait) {
      return Promise.reject(failure.error);
    }
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<LocalKeys> {
    const { url, timeout, clock } = this.#options;
    try {
      const response = await fetch(url, {
        headers: { accept: "application/json, application/jwk-set+json" },
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new Error(`The issuer answered with the status ${response.status}.`);
      }
      const keys = this.#jose.createLocalJWKSet(
        (await response.json()) as Parameters<typeof createLocalJWKSet>[0],
      );
      this.#keys = keys;
      this.#fetchedAt = clock.now();
      this.#failure = undefined;
      return keys;
    } catch (error) {
      this.#failure = { error, at: clock.now() };
      throw error;
    }
  }
}
