import type { DeadLetterReason } from "./settlement.ts";

/** Names a place of a subscription where messages lie that nobody will deliver by themselves. */
export interface LetterBox {
  /** Name of the subscription. It need not have consumers. */
  readonly subscription: string;
  /** `"dead"`: what failed for good; `"skipped"`: what nobody there knew. */
  readonly kind: "dead" | "skipped";
}

/** A message that lies in a letter box, with why it does. */
export interface StoredLetter {
  readonly id: string;
  readonly type: string;
  readonly key?: string | undefined;
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Why it is there. Of a skipped one: code `unimplemented`. */
  readonly reason: DeadLetterReason;
}

/**
 * What becomes of a letter that is visited.
 *
 * - `keep`: it stays where it is.
 * - `replay`: it is delivered again to its own subscription, and to no other, with `attempt` 1. It
 *   leaves the box only when the broker has accepted it durably.
 * - `remove`: it is forgotten.
 * - `stop`: it stays, and the visit ends here.
 */
export type LetterDecision = "keep" | "replay" | "remove" | "stop";

/** What goes along with a visit. */
export interface LetterVisitOptions {
  /** When aborted, the visit rejects with its reason before the next letter; what was decided holds. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The dead and skipped letters of a broker. One operation is enough for listing, inspecting, replaying
 * and removing, and it is one that queues can do.
 */
export interface LetterStore {
  /**
   * Goes over the letters that are in a box at the beginning, oldest first, each once, and does with
   * each what `decide` says. Letters that come in meanwhile need not be visited. A visit that is cut
   * off leaves every letter either in the box or where it was decided to go; replayed ones may then
   * be doubled, never lost. Two visits of one box may run at once: a letter that one of them holds may
   * be missing from the other.
   *
   * @param decide called with one letter at a time; when it rejects, that letter stays, and the visit
   *   ends and rejects with the same error
   * @returns when all that was decided is durable
   */
  visit(
    box: LetterBox,
    decide: (letter: StoredLetter) => LetterDecision | Promise<LetterDecision>,
    options: LetterVisitOptions,
  ): Promise<void>;
  /** How many letters are in a box; 0 where there never was a subscription of the name. */
  count(box: LetterBox): Promise<number>;
}
