/**
 * Lets writers of one lane in this process go one after the other, so that they do not collide in the
 * database. It saves work; the order rests on revisions, not on this.
 */
export class LaneTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `body` when it is its turn in all of the lanes. */
  async take<R>(lanes: readonly string[], body: () => Promise<R>): Promise<R> {
    // All places are taken in one go: two callers can never wait for each other.
    const before = lanes.flatMap((lane) => this.#last.get(lane) ?? []);
    const { promise: own, resolve: pass } = withResolvers();
    for (const lane of lanes) this.#last.set(lane, own);
    try {
      await Promise.all(before);
      return await body();
    } finally {
      for (const lane of lanes) if (this.#last.get(lane) === own) this.#last.delete(lane);
      pass();
    }
  }
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
