import { InvalidArgumentError, NotFoundError, UnimplementedError } from "@plinth/core/errors";
import { wholeNumberFault } from "@plinth/support/numbers";
import type { LetterDecision, LetterStore, StoredLetter } from "../driver/letter-store.ts";
import type { MessagingDriver } from "../driver/messaging-driver.ts";
import type { DeadLetterReason } from "../driver/settlement.ts";
import { decodeEnvelope } from "../events/envelope-codec.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import { subscriptionNameFault } from "../events/name-faults.ts";
import { wrapDriverError } from "./wrap-driver-error.ts";

/** A message that a subscription could not handle. */
export interface DeadLetter {
  /** The event's id. More than one letter can have it, if the event came more than once. */
  readonly id: string;
  /** Name of the event. */
  readonly type: string;
  /** What orders it. Absent: nothing. */
  readonly key?: string | undefined;
  readonly reason: DeadLetterReason;
  /** The event as it was published. Absent: the message is not a valid envelope. */
  readonly envelope?: EventEnvelope | undefined;
  /** The message itself, as text; what is not UTF-8 in it is replaced. */
  readonly text: string;
}

/** Options of `list`. */
export interface ListOptions {
  /** The most letters: 1 to 1,000. Default: 100. */
  readonly limit?: number | undefined;
  /** How many of the oldest are passed over. Default: 0. */
  readonly offset?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far work on many letters has come. */
export interface LetterProgress {
  /** Letters looked at so far. */
  readonly visited: number;
  /** Letters replayed or removed so far. */
  readonly changed: number;
  /** Letters that there were at the beginning. */
  readonly total: number;
}

/** Options of `replayAll` and `removeAll`. */
export interface LetterOptions {
  /** Which letters are meant. Default: all. */
  readonly filter?: ((letter: DeadLetter) => boolean) | undefined;
  /** Called after each letter, once it is where it was decided to go. */
  readonly onProgress?: ((progress: LetterProgress) => void) | undefined;
  /** Stops before the next letter; what was done stays done. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The letters of a broker's subscriptions, of which the app need not have any itself. All methods
 * reject with `unimplemented` when the driver keeps no letters, and with `unavailable` when the broker
 * cannot be reached.
 */
export class DeadLetters {
  readonly #driver: MessagingDriver;
  readonly #kind: "dead" | "skipped";

  constructor(driver: MessagingDriver, kind: "dead" | "skipped") {
    this.#driver = driver;
    this.#kind = kind;
  }

  /** How many there are; 0 where there is no subscription of the name. */
  async count(subscription: string): Promise<number> {
    return this.#call(subscription, (store) => store.count({ subscription, kind: this.#kind }));
  }

  /** Some of the letters, oldest first. */
  async list(subscription: string, options: ListOptions = {}): Promise<DeadLetter[]> {
    const { limit = 100, offset = 0, signal } = options;
    const fault =
      wholeNumberFault("limit", limit, { min: 1, max: 1_000 }) ??
      wholeNumberFault("offset", offset);
    if (fault !== undefined) throw new InvalidArgumentError(fault);
    const letters: DeadLetter[] = [];
    let passed = 0;
    await this.#visit(subscription, signal, (letter) => {
      if (letters.length === limit) return "stop";
      if (passed < offset) passed += 1;
      else letters.push(toDeadLetter(letter));
      return "keep";
    });
    return letters;
  }

  /** The oldest letter with an event's id. Rejects with `not_found`. */
  async inspect(subscription: string, id: string): Promise<DeadLetter> {
    let found: DeadLetter | undefined;
    await this.#visit(subscription, undefined, (letter) => {
      if (found !== undefined) return "stop";
      if (letter.id === id) found = toDeadLetter(letter);
      return "keep";
    });
    return found ?? this.#missing(subscription, id);
  }

  /**
   * Delivers the oldest letter with an event's id again, to its subscription alone, as a first attempt.
   * Rejects with `not_found`.
   */
  async replay(subscription: string, id: string): Promise<void> {
    await this.#change(subscription, id, "replay");
  }

  /** Forgets the oldest letter with an event's id. Rejects with `not_found`. */
  async remove(subscription: string, id: string): Promise<void> {
    await this.#change(subscription, id, "remove");
  }

  /** Delivers letters again. Those that come back meanwhile are left for the next time. */
  async replayAll(subscription: string, options: LetterOptions = {}): Promise<LetterProgress> {
    return this.#changeAll(subscription, "replay", options);
  }

  /** Forgets letters. */
  async removeAll(subscription: string, options: LetterOptions = {}): Promise<LetterProgress> {
    return this.#changeAll(subscription, "remove", options);
  }

  async #change(subscription: string, id: string, decision: "replay" | "remove"): Promise<void> {
    let done = false;
    await this.#visit(subscription, undefined, (letter) => {
      if (done) return "stop";
      if (letter.id !== id) return "keep";
      done = true;
      return decision;
    });
    if (!done) this.#missing(subscription, id);
  }

  async #changeAll(
    subscription: string,
    decision: "replay" | "remove",
    { filter = () => true, onProgress, signal }: LetterOptions,
  ): Promise<LetterProgress> {
    const total = await this.count(subscription);
    let progress: LetterProgress = { visited: 0, changed: 0, total };
    // What the callbacks throw is their author's, and no fault of the broker.
    let thrown: { readonly error: unknown } | undefined;
    try {
      await this.#visit(subscription, signal, (letter) => {
        try {
          if (progress.visited > 0) onProgress?.(progress);
          const meant = filter(toDeadLetter(letter));
          const { visited, changed } = progress;
          progress = { total, visited: visited + 1, changed: changed + (meant ? 1 : 0) };
          return meant ? decision : "keep";
        } catch (error) {
          thrown = { error };
          throw error;
        }
      });
    } catch (error) {
      throw thrown === undefined ? error : thrown.error;
    }
    if (progress.visited > 0) onProgress?.(progress);
    return progress;
  }

  #visit(
    subscription: string,
    signal: AbortSignal | undefined,
    decide: (letter: StoredLetter) => LetterDecision,
  ): Promise<void> {
    return this.#call(subscription, (store) =>
      store.visit({ subscription, kind: this.#kind }, decide, { signal }),
    );
  }

  async #call<R>(subscription: string, call: (store: LetterStore) => Promise<R>): Promise<R> {
    const nameFault = subscriptionNameFault(subscription);
    if (nameFault !== undefined) throw new InvalidArgumentError(nameFault);
    const { letters, name } = this.#driver;
    if (letters === undefined) throw new UnimplementedError(`${name} keeps no letters.`);
    try {
      return await call(letters);
    } catch (error) {
      throw wrapDriverError(this.#driver, `Letters of subscription "${subscription}"`, error);
    }
  }

  #missing(subscription: string, id: string): never {
    throw new NotFoundError(
      `Subscription "${subscription}" has no ${this.#kind} letter with the id ${JSON.stringify(id.slice(0, 128))}.`,
    );
  }
}

function toDeadLetter({ id, type, key, reason, body }: StoredLetter): DeadLetter {
  const text = new TextDecoder().decode(body);
  let envelope: EventEnvelope | undefined;
  try {
    envelope = decodeEnvelope(body);
  } catch {
    // That may be why it is here.
  }
  return { id, type, key, reason, envelope, text };
}
