import type { IncomingMessage } from "../driver/message.ts";

const most = 10_000;

/**
 * Remembers what was done with messages whose acknowledgement could not be sent. They come again, and
 * then only the acknowledgement is missing.
 */
export class SettledDeliveries {
  readonly #keys = new Set<string>();

  add(message: IncomingMessage): void {
    this.#keys.add(keyOf(message));
    if (this.#keys.size <= most) return;
    const [oldest] = this.#keys;
    if (oldest !== undefined) this.#keys.delete(oldest);
  }

  /** Whether this attempt of the message was settled here; forgets it. */
  delete(message: IncomingMessage): boolean {
    return this.#keys.delete(keyOf(message));
  }
}

function keyOf({ id, attempt }: IncomingMessage): string {
  return `${attempt} ${id}`;
}
