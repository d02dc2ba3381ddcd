/** Counts requests that are being answered, and tells when those of a moment are all done. */
export class InFlight {
  readonly #open = new Set<object>();
  readonly #waiting = new Set<() => void>();

  get size(): number {
    return this.#open.size;
  }

  /** @param request any object that stands for the request */
  begin(request: object): void {
    this.#open.add(request);
  }

  end(request: object): void {
    this.#open.delete(request);
    for (const check of this.#waiting) check();
  }

  /**
   * Resolves when all requests that are open now have ended, or when the signal aborts. Later
   * requests are not waited for: they could keep coming for ever.
   */
  async settled(signal: AbortSignal): Promise<void> {
    const remaining = [...this.#open];
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        this.#waiting.delete(check);
        signal.removeEventListener("abort", finish);
        resolve();
      };
      const check = (): void => {
        if (remaining.every((request) => !this.#open.has(request))) finish();
      };
      this.#waiting.add(check);
      signal.addEventListener("abort", finish);
      if (signal.aborted) finish();
      else check();
    });
  }
}
