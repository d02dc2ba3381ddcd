import type { DeadLetterReason } from "./settlement.ts";

/** A place where messages of a subscription are kept that are not delivered any more. */
export interface LetterBox {
  /** Name of the subscription. It needs no consumers. */
  readonly subscription: string;
  /** `"dead"`: messages that failed for good. `"skipped"`: messages of unknown types. */
  readonly kind: "dead" | "skipped";
}

/** A message in a letter box, with the reason why it is there. */
export interface StoredLetter {
  readonly id: string;
  readonly type: string;
  readonly key?: string | undefined;
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Why it is there. A skipped letter has the code `unimplemented`. */
  readonly reason: DeadLetterReason;
}

/**
 * What a visit does with a letter.
 *
 * - `keep`: it stays where it is.
 * - `replay`: it is redelivered to its own subscription only, with `attempt` 1. It leaves the box only
 *   when the broker has accepted it durably.
 * - `remove`: it is deleted.
 * - `stop`: it stays, and the visit ends.
 */
export type LetterDecision = "keep" | "replay" | "remove" | "stop";

/** Options of a visit. */
export interface LetterVisitOptions {
  /** If it is aborted, the visit rejects with its reason before the next letter. Earlier decisions hold. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The dead and skipped letters of a broker. One operation lists, inspects, replays and removes them, and
 * queues can do it.
 */
export interface LetterStore {
  /**
   * Visits the letters that are in a box at the beginning, oldest first, each once, and does with each
   * what `decide` returns. Letters that arrive meanwhile need not be visited. A visit that is cut off loses no
   * letter, but a replayed letter may then also stay in the box. Two visits of one box may run at once: a letter
   * that one of them holds may be missing from the other.
   *
   * @param decide Called with one letter at a time. If it rejects, that letter stays, and the visit ends and
   *   rejects with the same error.
   * @returns Resolves when all decisions are durable.
   */
  visit(
    box: LetterBox,
    decide: (letter: StoredLetter) => LetterDecision | Promise<LetterDecision>,
    options: LetterVisitOptions,
  ): Promise<void>;
  /** How many letters are in a box; 0 if there is no subscription of the name. */
  count(box: LetterBox): Promise<number>;
}
