const most = 10;
const earned = 0.1;

/**
 * Keeps retries from adding to the trouble of a service that is down: ten in a burst, and after
 * that one for every ten calls that succeed. The scheme is that of gRPC's retry throttling (A6).
 */
export class RetryBudget {
  #tokens = most;

  /** Notes a call that succeeded. */
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
