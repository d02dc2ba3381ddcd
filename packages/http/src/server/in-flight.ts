/** Requests that began between two calls of `settled`. */
interface Generation {
  open: number;
}

/**
 * Counts requests that are being answered, and tells when all that are open at one moment have ended.
 */
export class InFlight {
  #current: Generation = { open: 0 };
  readonly #older = new Set<Generation>();
  readonly #waiting = new Set<() => void>();

  get size(): number {
    let size = this.#current.open;
    for (const { open } of this.#older) size += open;
    return size;
  }

  /** @returns the argument for `end` */
  begin(): object {
    this.#current.open += 1;
    return this.#current;
  }

  /** @param begun the result of `begin` */
  end(begun: object): void {
    const generation = begun as Generation;
    generation.open -= 1;
    if (generation.open > 0 || generation === this.#current) return;
    this.#older.delete(generation);
    for (const check of this.#waiting) check();
  }

  /**
   * Resolves when all requests that are open now have ended, or when the signal is aborted. It does not wait
   * for later requests, which might never stop coming.
   */
  async settled(signal: AbortSignal): Promise<void> {
    if (this.#current.open > 0) {
      this.#older.add(this.#current);
      this.#current = { open: 0 };
    }
    const remaining = [...this.#older];
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        this.#waiting.delete(check);
        signal.removeEventListener("abort", finish);
        resolve();
      };
      const check = (): void => {
        if (remaining.every(({ open }) => open === 0)) finish();
      };
      this.#waiting.add(check);
      signal.addEventListener("abort", finish);
      if (signal.aborted) finish();
      else check();
    });
  }
}
