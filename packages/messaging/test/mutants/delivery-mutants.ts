import type { IncomingMessage } from "@plinth/messaging";
import { type Ending, MemoryConsumer } from "../../src/memory/memory-consumer.ts";
import { MemoryQueue } from "../../src/memory/memory-queue.ts";
import type { StoredMessage } from "../../src/memory/stored-message.ts";
import type { Mutation } from "./mutant-driver.ts";

/** A queue that takes another end of a delivery for the one that it was told. */
const withEnding = (change: (ending: Ending, stored: StoredMessage) => Ending): Mutation => ({
  Queue: class extends MemoryQueue {
    protected override settle(stored: StoredMessage, ending: Ending): void {
      super.settle(stored, change(ending, stored));
    }
  },
});

/** A consumer that is given something else. */
const withIncoming = (
  change: (message: IncomingMessage, stored: StoredMessage) => IncomingMessage,
): Mutation => ({
  Consumer: class extends MemoryConsumer {
    protected override incoming(stored: StoredMessage): IncomingMessage {
      return change(super.incoming(stored), stored);
    }
  },
});

const done = { kind: "done" } as const;

/** Faults of single deliveries, with the groups that are to find them. */
export const deliveryMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "a failed attempt is acknowledged": [
    withEnding((ending) => (ending.kind === "retry" ? done : ending)),
    ["settling"],
  ],
  "a retry comes at once": [
    withEnding((ending) => (ending.kind === "retry" ? { ...ending, delay: 0 } : ending)),
    ["settling"],
  ],
  "a retry takes the first delay each time": [
    withEnding((ending) =>
      ending.kind === "retry" ? { ...ending, delay: Math.min(40, ending.delay) } : ending,
    ),
    ["settling"],
  ],
  "attempts are not counted": [
    withIncoming((message) => ({ ...message, attempt: 1 })),
    ["settling"],
  ],
  "attempts count every delivery": [
    {
      Queue: class extends MemoryQueue {
        protected override giveBack(stored: StoredMessage): void {
          stored.attempt += 1;
          super.giveBack(stored);
        }
      },
    },
    ["settling"],
  ],
  "a redelivery does not say that it is one": [
    withIncoming((message) => ({ ...message, redelivered: false })),
    ["settling"],
  ],
  "what is released is gone": [
    withEnding((ending) => (ending.kind === "release" ? done : ending)),
    ["settling"],
  ],
  "what a lost consumer had is gone": [
    withEnding((ending) => (ending.kind === "lost" ? done : ending)),
    ["connections"],
  ],
  "lost deliveries are not counted": [
    withIncoming((message) => ({ ...message, lostDeliveries: 0 })),
    ["connections"],
  ],
  "a retry blocks what comes behind it": [
    {
      Queue: class extends MemoryQueue {
        #waiting = 0;
        readonly #held: StoredMessage[] = [];
        protected override makeReady(stored: StoredMessage): void {
          if (stored.attempt > 1) {
            this.#waiting -= 1;
            super.makeReady(stored);
          } else if (this.#waiting > 0) {
            this.#held.push(stored);
            return;
          } else super.makeReady(stored);
          for (const held of this.#held.splice(0)) super.makeReady(held);
        }
        protected override retryLater(stored: StoredMessage, delay: number): void {
          this.#waiting += 1;
          super.retryLater(stored, delay);
        }
      },
    },
    ["settling"],
  ],
  "the consumer sees the stored bytes": [
    withIncoming((message, stored) => ({ ...message, body: stored.message.body })),
    ["publishing"],
  ],
  "the key is forgotten": [withIncoming(({ key: _key, ...message }) => message), ["publishing"]],
  "concurrency is not bounded": [
    {
      Consumer: class extends MemoryConsumer {
        constructor(...[, receive]: ConstructorParameters<typeof MemoryConsumer>) {
          super(1_000_000, receive);
        }
      },
    },
    ["concurrency"],
  ],
  "only one is handled at once": [
    {
      Consumer: class extends MemoryConsumer {
        constructor(...[, receive]: ConstructorParameters<typeof MemoryConsumer>) {
          super(1, receive);
        }
      },
    },
    ["concurrency"],
  ],
  "draining does not wait": [
    {
      Consumer: class extends MemoryConsumer {
        override async idle(): Promise<void> {}
      },
    },
    ["connections"],
  ],
  "a settlement that is late counts": [
    {
      Consumer: class extends MemoryConsumer {
        readonly #settled = new Map<StoredMessage, (ending: Ending) => void>();
        #lost = false;
        override deliver(stored: StoredMessage, settled: (ending: Ending) => void): void {
          this.#settled.set(stored, settled);
          super.deliver(stored, settled);
        }
        override lose(): void {
          super.lose();
          this.#lost = true;
        }
        protected override end(stored: StoredMessage, ending: Ending): void {
          if (this.#lost) this.#settled.get(stored)?.(ending);
          else super.end(stored, ending);
        }
      },
    },
    ["connections"],
  ],
  "a consumer that is closed keeps what it had": [
    {
      Consumer: class extends MemoryConsumer {
        override lose(): void {
          this.stop();
        }
      },
    },
    ["connections"],
  ],
};
