import { InvalidArgumentError, NotFoundError, UnimplementedError } from "@plinth/core/errors";
import { wholeNumberFault } from "@plinth/support/numbers";
import type { LetterDecision, LetterStore, StoredLetter } from "../driver/letter-store.ts";
import type { MessagingDriver } from "../driver/messaging-driver.ts";
import type { DeadLetterReason } from "../driver/settlement.ts";
import { decodeEnvelope } from "../events/envelope-codec.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import { subscriptionNameFault } from "../events/name-faults.ts";
import { wrapDriverError } from "./wrap-driver-error.ts";

/** A message that a subscription could not handle, or does not know. */
export interface DeadLetter {
  /** The event's id. Several letters can have it, if the event was delivered more than once. */
  readonly id: string;
  /** Name of the event. */
  readonly type: string;
  /** The key that orders it. Absent: it has none. */
  readonly key?: string | undefined;
  readonly reason: DeadLetterReason;
  /** The event as it was published. Absent: the message is not a valid envelope. */
  readonly envelope?: EventEnvelope | undefined;
  /** The message itself, as text; bytes that are not UTF-8 are replaced. */
  readonly text: string;
}

/** Options of `list`. */
export interface ListOptions {
  /** The maximum number of letters: 1 to 1,000. Default: 100. */
  readonly limit?: number | undefined;
  /** How many of the oldest are skipped. Default: 0. */
  readonly offset?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The progress of `replayAll` and `removeAll`. */
export interface LetterProgress {
  /** Letters looked at so far. */
  readonly visited: number;
  /** Letters replayed or removed so far. */
  readonly changed: number;
  /** Letters in the box at the beginning. */
  readonly total: number;
}

/** Options of `replayAll` and `removeAll`. */
export interface LetterOptions {
  /** Selects letters. Default: all. */
  readonly filter?: ((letter: DeadLetter) => boolean) | undefined;
  /** Called after each letter. */
  readonly onProgress?: ((progress: LetterProgress) => void) | undefined;
  /** Stops before the next letter. Earlier letters stay replayed or removed. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The dead or the skipped letters of any subscription on the broker, also of other apps. All methods
 * reject with `unimplemented` if the driver keeps no letters, with `unavailable` if the broker
 * cannot be reached, and with `invalid_argument` for a name that no subscription can have.
 */
export class DeadLetters {
  readonly #driver: MessagingDriver;
  readonly #kind: "dead" | "skipped";

  constructor(driver: MessagingDriver, kind: "dead" | "skipped") {
    this.#driver = driver;
    this.#kind = kind;
  }

  /** How many there are; 0 if there is no subscription of the name. */
  async count(subscription: string): Promise<number> {
    return this.#call(subscription, (store) => store.count({ subscription, kind: this.#kind }));
  }

  /** Lists letters, oldest first. Rejects with `invalid_argument` for an option out of its range. */
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

  /** The oldest letter with an event's id. Rejects with `not_found` if there is none. */
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
   * Redelivers the oldest letter with an event's id, to its own subscription only, as a first attempt.
   * Rejects with `not_found` if there is none.
   */
  async replay(subscription: string, id: string): Promise<void> {
    await this.#change(subscription, id, "replay");
  }

  /** Removes the oldest letter with an event's id. Rejects with `not_found` if there is none. */
  async remove(subscription: string, id: string): Promise<void> {
    await this.#change(subscription, id, "remove");
  }

  /** Redelivers letters. Letters that arrive meanwhile are left for the next call. */
  async replayAll(subscription: string, options: LetterOptions = {}): Promise<LetterProgress> {
    return this.#changeAll(subscription, "replay", options);
  }

  /** Removes letters. */
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
    // An error of a callback is no error of the broker, and is not wrapped.
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
