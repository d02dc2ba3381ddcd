import type { DeadLetterReason, LetterDecision, StoredLetter } from "@plinth/messaging";
import { MemoryLetters } from "../../src/memory/memory-letters.ts";
import { MemoryQueue } from "../../src/memory/memory-queue.ts";
import type { StoredMessage } from "../../src/memory/stored-message.ts";
import type { Mutation } from "./mutant-driver.ts";

type Visit = MemoryQueue["visit"];

/** A queue whose letters are visited in another way. */
const withVisit = (
  visit: (right: Visit, ...given: Parameters<Visit>) => Promise<void>,
): Mutation => ({
  Queue: class extends MemoryQueue {
    override visit(...given: Parameters<Visit>): Promise<void> {
      return visit((...right) => super.visit(...right), ...given);
    }
  },
});

const decidedOtherwise = (change: (decision: LetterDecision) => LetterDecision): Mutation =>
  withVisit((visit, kind, decide, options) =>
    visit(kind, async (letter) => change(await decide(letter)), options),
  );

const withLetter = (
  change: (kind: "dead" | "skipped", reason: DeadLetterReason) => [typeof kind, typeof reason],
): Mutation => ({
  Queue: class extends MemoryQueue {
    protected override keepLetter(
      kind: "dead" | "skipped",
      stored: StoredMessage,
      reason: DeadLetterReason,
    ): void {
      const [changedKind, changedReason] = change(kind, reason);
      super.keepLetter(changedKind, stored, changedReason);
    }
  },
});

/** Faults of letters, with the groups that are to find them. */
export const letterMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "dead letters are dropped": [
    {
      Queue: class extends MemoryQueue {
        protected override keepLetter(): void {}
      },
    },
    ["letters"],
  ],
  "skipped letters lie among the dead": [
    withLetter((_kind, reason) => ["dead", reason]),
    ["letters"],
  ],
  "the reason of a dead letter is lost": [
    withLetter((kind, reason) => [kind, { ...reason, message: "" }]),
    ["letters"],
  ],
  "the attempts of a dead letter are lost": [
    withLetter((kind, reason) => [kind, { ...reason, attempts: 1 }]),
    ["letters"],
  ],
  "a removed letter stays": [
    decidedOtherwise((decision) => (decision === "remove" ? "keep" : decision)),
    ["letters"],
  ],
  "a letter that is kept is gone": [
    decidedOtherwise((decision) => (decision === "keep" ? "remove" : decision)),
    ["letters"],
  ],
  "a visit does not stop": [
    decidedOtherwise((decision) => (decision === "stop" ? "keep" : decision)),
    ["letters"],
  ],
  "a replayed letter is only removed": [
    decidedOtherwise((decision) => (decision === "replay" ? "remove" : decision)),
    ["letters"],
  ],
  "a visit does not look at its signal": [
    withVisit((visit, kind, decide) => visit(kind, decide, {})),
    ["letters"],
  ],
  "a letter whose decision fails is gone": [
    withVisit((visit, kind, decide, options) => {
      const fault: { error?: unknown } = {};
      const decideOrDrop = async (letter: StoredLetter): Promise<LetterDecision> => {
        if ("error" in fault) return "stop";
        try {
          return await decide(letter);
        } catch (error) {
          fault.error = error;
          return "remove";
        }
      };
      return visit(kind, decideOrDrop, options).then(() => {
        if ("error" in fault) throw fault.error;
      });
    }),
    ["letters"],
  ],
  "letters are visited newest first": [
    {
      Queue: class extends MemoryQueue {
        override readonly letters = { dead: new NewestFirst(), skipped: new NewestFirst() };
      },
    },
    ["letters"],
  ],
  "a replayed letter leaves a copy": [
    {
      Queue: class extends MemoryQueue {
        override async visit(...[kind, decide, options]: Parameters<Visit>): Promise<void> {
          const replayed: StoredLetter[] = [];
          const note = async (letter: StoredLetter): Promise<LetterDecision> => {
            const decision = await decide(letter);
            if (decision === "replay") replayed.push(letter);
            return decision;
          };
          await super.visit(kind, note, options);
          for (const letter of replayed) this.letters[kind].add(letter);
        }
      },
    },
    ["letters"],
  ],
  "a replayed letter goes on counting attempts": [
    {
      Queue: class extends MemoryQueue {
        #replaying = false;
        override async visit(...given: Parameters<Visit>): Promise<void> {
          this.#replaying = true;
          await super.visit(...given).finally(() => {
            this.#replaying = false;
          });
        }
        protected override makeReady(stored: StoredMessage): void {
          if (this.#replaying) stored.attempt += 3;
          super.makeReady(stored);
        }
      },
    },
    ["letters"],
  ],
};

class NewestFirst extends MemoryLetters {
  override async visit(
    ...[decide, options, replay]: Parameters<MemoryLetters["visit"]>
  ): Promise<void> {
    const letters: StoredLetter[] = [];
    await super.visit((letter) => (letters.push(letter), "keep"), {}, replay);
    const decisions = new Map<string, LetterDecision>();
    for (const letter of letters.toReversed()) {
      options.signal?.throwIfAborted();
      const decision = await decide(letter);
      decisions.set(letter.id, decision === "stop" ? "keep" : decision);
      if (decision === "stop") break;
    }
    await super.visit(({ id }) => decisions.get(id) ?? "keep", {}, replay);
  }
}
