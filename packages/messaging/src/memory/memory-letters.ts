import type { LetterDecision, LetterVisitOptions, StoredLetter } from "../driver/letter-store.ts";
import { copyMessage } from "./stored-message.ts";

/** The letters of one box. */
export class MemoryLetters {
  readonly #letters = new Set<StoredLetter>();
  readonly #held = new Set<StoredLetter>();

  get count(): number {
    return this.#letters.size;
  }

  add(letter: StoredLetter): void {
    this.#letters.add(letter);
  }

  /** See `LetterStore.visit`. */
  async visit(
    decide: (letter: StoredLetter) => LetterDecision | Promise<LetterDecision>,
    { signal }: LetterVisitOptions,
    replay: (letter: StoredLetter) => void,
  ): Promise<void> {
    // Letters that arrive meanwhile are for the next visit.
    const present = [...this.#letters];
    for (const letter of present) {
      signal?.throwIfAborted();
      if (!this.#letters.has(letter) || this.#held.has(letter)) continue;
      this.#held.add(letter);
      try {
        const decision = await decide({ ...copyMessage(letter), reason: { ...letter.reason } });
        if (decision === "stop") return;
        if (decision === "keep") continue;
        this.#letters.delete(letter);
        if (decision === "replay") replay(letter);
      } finally {
        this.#held.delete(letter);
      }
    }
  }
}
