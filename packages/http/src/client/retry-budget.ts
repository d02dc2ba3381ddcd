const most = 10;
const earned = 0.1;

/**
 * Limits retries, so that they do not keep a failing service down: ten in a burst, then one for every ten
 * successful calls. The scheme is that of gRPC's retry throttling (A6).
 */
export class RetryBudget {
  #tokens = most;

  /** Notes a successful call. */
  earn(): void {
    this.#tokens = Math.min(most, this.#tokens + earned);
  }

  /** Whether a retry is allowed; if so, it is counted. */
  spend(): boolean {
    // Ten times a tenth is a little less than one.
    if (this.#tokens < 1 - Number.EPSILON * most) return false;
    this.#tokens -= 1;
    return true;
  }
}
