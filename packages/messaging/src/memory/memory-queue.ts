import type { LetterDecision, LetterVisitOptions, StoredLetter } from "../driver/letter-store.ts";
import type { OutgoingMessage } from "../driver/message.ts";
import type { DeadLetterReason } from "../driver/settlement.ts";
import { MemoryLetters } from "./memory-letters.ts";
import type { Ending, MemoryConsumer } from "./memory-consumer.ts";
import { ReadyList } from "./ready-list.ts";
import { copyMessage, type StoredMessage } from "./stored-message.ts";

/** One subscription: its messages, its consumers and its letters. */
export class MemoryQueue {
  readonly ordered: boolean;
  readonly types: Set<string> = new Set();
  readonly letters: Readonly<Record<"dead" | "skipped", MemoryLetters>> = {
    dead: new MemoryLetters(),
    skipped: new MemoryLetters(),
  };
  readonly #ready = new ReadyList();
  /** The unsettled messages of each key of an ordered queue. Only the first is delivered. */
  readonly #lanes = new Map<string, StoredMessage[]>();
  readonly #consumers: MemoryConsumer[] = [];
  readonly #onIdle: (() => void)[] = [];
  #delivered = 0;
  #positions = 0;
  #pumping = false;

  constructor(ordered: boolean) {
    this.ordered = ordered;
  }

  /** Adds a message, as a first attempt. */
  add(message: OutgoingMessage, redelivered = false): void {
    const stored: StoredMessage = {
      message: copyMessage(message),
      position: (this.#positions += 1),
      attempt: 1,
      redelivered,
      lostDeliveries: 0,
    };
    const laneName = this.laneOf(stored);
    if (laneName !== undefined) {
      const lane = this.#lanes.get(laneName);
      if (lane !== undefined) {
        lane.push(stored);
        return;
      }
      this.#lanes.set(laneName, [stored]);
    }
    this.makeReady(stored);
  }

  addConsumer(consumer: MemoryConsumer): void {
    this.#consumers.push(consumer);
    this.#pump();
  }

  removeConsumer(consumer: MemoryConsumer): void {
    consumer.stop();
    const index = this.#consumers.indexOf(consumer);
    if (index >= 0) this.#consumers.splice(index, 1);
    this.#pump();
  }

  /** Whether no consumer has a message or can get one. */
  get isIdle(): boolean {
    return this.#delivered === 0 && (this.#ready.length === 0 || this.#consumers.length === 0);
  }

  /**
   * Resolves when no consumer has a message or can get one; at once if there are no consumers. Messages that
   * wait for a retry do not count.
   */
  async idle(): Promise<void> {
    while (!this.isIdle) {
      await new Promise<void>((resolve) => {
        this.#onIdle.push(resolve);
      });
    }
  }

  /** See `LetterStore.visit`. */
  async visit(
    kind: "dead" | "skipped",
    decide: (letter: StoredLetter) => LetterDecision | Promise<LetterDecision>,
    options: LetterVisitOptions,
  ): Promise<void> {
    await this.letters[kind].visit(decide, options, (letter) => this.add(letter, true));
  }

  /** The lane of a message; `undefined` if its order does not matter. */
  protected laneOf({ message: { key } }: StoredMessage): string | undefined {
    return this.ordered ? key : undefined;
  }

  /** Lets a message be delivered, in its place among the others. */
  protected makeReady(stored: StoredMessage): void {
    this.#ready.add(stored);
    this.#pump();
  }

  /** Applies the end of a delivery. */
  protected settle(stored: StoredMessage, ending: Ending): void {
    switch (ending.kind) {
      case "done":
        this.finish(stored);
        break;
      case "retry":
        this.retryLater(stored, ending.delay);
        break;
      case "dead":
        this.keepLetter("dead", stored, ending.reason);
        this.finish(stored);
        break;
      case "skip": {
        const { attempt: attempts } = stored;
        const reason = { code: "unimplemented", message: ending.reason, attempts } as const;
        this.keepLetter("skipped", stored, { ...reason, at: Date.now() });
        this.finish(stored);
        break;
      }
      case "release":
        this.giveBack(stored);
        break;
      case "lost":
        stored.lostDeliveries += 1;
        this.giveBack(stored);
    }
    this.#pump();
  }

  protected giveBack(stored: StoredMessage): void {
    stored.redelivered = true;
    this.makeReady(stored);
  }

  protected retryLater(stored: StoredMessage, delay: number): void {
    stored.attempt += 1;
    stored.redelivered = true;
    setTimeout(() => this.makeReady(stored), delay);
  }

  protected keepLetter(
    kind: "dead" | "skipped",
    { message }: StoredMessage,
    reason: DeadLetterReason,
  ): void {
    this.letters[kind].add({ ...message, reason });
  }

  /** It is settled for good: the next message of its lane can be delivered. */
  protected finish(stored: StoredMessage): void {
    const laneName = this.laneOf(stored);
    if (laneName === undefined) return;
    const lane = this.#lanes.get(laneName);
    lane?.shift();
    const next = lane?.[0];
    if (next === undefined) this.#lanes.delete(laneName);
    else this.makeReady(next);
  }

  /** Chooses the consumer of the next message: they take turns. */
  protected nextConsumer(): MemoryConsumer | undefined {
    const index = this.#consumers.findIndex(({ hasRoom }) => hasRoom);
    const [consumer] = index < 0 ? [] : this.#consumers.splice(index, 1);
    if (consumer !== undefined) this.#consumers.push(consumer);
    return consumer;
  }

  // In a later turn, so that a publisher is answered before its message is handled, as elsewhere.
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      while (this.#ready.length > 0) {
        const consumer = this.nextConsumer();
        const stored = consumer && this.#ready.take();
        if (consumer === undefined || stored === undefined) break;
        this.#delivered += 1;
        consumer.deliver(stored, (ending) => {
          this.#delivered -= 1;
          this.settle(stored, ending);
        });
      }
      for (const resolve of this.#onIdle.splice(0)) resolve();
    });
  }
}
