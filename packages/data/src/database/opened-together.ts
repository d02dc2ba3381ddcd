/** A repository as an app starts it. */
export interface Openable {
  open(): Promise<void>;
}

/**
 * Repositories of one database that are opened side by side, when the first of them is to be: an app
 * starts its resources one after the other, and each of these only waits for the engine.
 */
export class OpenedTogether {
  readonly #repositories: Openable[] = [];
  #opened: Map<Openable, Promise<void>> | undefined;

  /** Adds one that was made. */
  add(repository: Openable): void {
    this.#repositories.push(repository);
  }

  /** Opens one, and begins to open the others. Rejects with what this very one rejects with. */
  async open(repository: Openable): Promise<void> {
    if (this.#opened === undefined) {
      this.#opened = new Map(this.#repositories.map((each) => [each, each.open()]));
      // Each is told to whoever opens it; where the first one fails, nobody comes for the others.
      for (const opening of this.#opened.values()) opening.catch(() => undefined);
    }
    await (this.#opened.get(repository) ?? repository.open());
  }
}
