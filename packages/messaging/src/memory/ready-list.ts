import type { StoredMessage } from "./stored-message.ts";

/** Messages that can be delivered, in the order of their positions. */
export class ReadyList {
  readonly #fresh: (StoredMessage | undefined)[] = [];
  #head = 0;
  /** Messages that were given back or waited in a lane: few, and not at the end. */
  readonly #returned: StoredMessage[] = [];

  get length(): number {
    return this.#fresh.length - this.#head + this.#returned.length;
  }

  add(stored: StoredMessage): void {
    const last = this.#fresh.at(-1);
    if (last === undefined || last.position < stored.position) {
      this.#fresh.push(stored);
      return;
    }
    const later = this.#returned.findIndex(({ position }) => position > stored.position);
    this.#returned.splice(later < 0 ? this.#returned.length : later, 0, stored);
  }

  /** Takes out the first. */
  take(): StoredMessage | undefined {
    const [returned] = this.#returned;
    const fresh = this.#fresh[this.#head];
    if (returned !== undefined && (fresh === undefined || returned.position < fresh.position)) {
      return this.#returned.shift();
    }
    if (fresh === undefined) return undefined;
    this.#fresh[this.#head] = undefined;
    this.#head += 1;
    // Moving the rest each time would make long lists slow.
    if (this.#head === this.#fresh.length || this.#head === 1_024) {
      this.#fresh.splice(0, this.#head);
      this.#head = 0;
    }
    return fresh;
  }
}
