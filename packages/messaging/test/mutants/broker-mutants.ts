import type { LetterBox, OutgoingMessage, PublishCallOptions } from "@plinth/messaging";
import { MemoryBroker } from "../../src/memory/memory-broker.ts";
import { MemoryMessaging } from "../../src/memory/memory-messaging.ts";
import type { MemoryConsumer } from "../../src/memory/memory-consumer.ts";
import { MemoryQueue } from "../../src/memory/memory-queue.ts";
import type { StoredMessage } from "../../src/memory/stored-message.ts";
import type { Mutation } from "./mutant-driver.ts";

/** Faults of routing, sharing and order, with the groups that are to find them. */
export const brokerMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "only the first subscription gets a copy": [
    {
      Broker: class extends MemoryBroker {
        readonly #made: MemoryQueue[] = [];
        override declare(name: string, ordered: boolean): MemoryQueue {
          const queue = super.declare(name, ordered);
          if (!this.#made.includes(queue)) this.#made.push(queue);
          return queue;
        }
        override accept(messages: readonly OutgoingMessage[]): void {
          for (const message of messages) {
            this.#made.find(({ types }) => types.has(message.type))?.add(message);
          }
        }
      },
    },
    ["subscriptions"],
  ],
  "each consumer gets a copy": [
    {
      Broker: class extends MemoryBroker {
        override accept(messages: readonly OutgoingMessage[]): void {
          super.accept(messages);
          super.accept(messages);
        }
      },
    },
    ["publishing"],
  ],
  "types are compared by their beginning": [
    {
      Queue: class extends MemoryQueue {
        override readonly types = new (class extends Set<string> {
          override has(type: string): boolean {
            return [...this].some((own) => type.startsWith(own));
          }
        })();
      },
    },
    ["publishing"],
  ],
  "nothing is kept without a consumer": [
    {
      Queue: class extends MemoryQueue {
        #consumers = 0;
        override addConsumer(consumer: MemoryConsumer): void {
          this.#consumers += 1;
          super.addConsumer(consumer);
        }
        override removeConsumer(consumer: MemoryConsumer): void {
          this.#consumers -= 1;
          super.removeConsumer(consumer);
        }
        override add(message: OutgoingMessage, redelivered?: boolean): void {
          if (this.#consumers > 0) super.add(message, redelivered);
        }
      },
    },
    ["subscriptions"],
  ],
  "a new definition takes the old types away": [
    {
      Broker: class extends MemoryBroker {
        override declare(name: string, ordered: boolean): MemoryQueue {
          const queue = super.declare(name, ordered);
          queue.types.clear();
          return queue;
        }
      },
    },
    ["subscriptions"],
  ],
  "an unordered subscription passes for an ordered one": [
    {
      Broker: class extends MemoryBroker {
        override declare(name: string, ordered: boolean): MemoryQueue {
          const known = this.queueOf({ subscription: name, kind: "dead" });
          return known ?? super.declare(name, ordered);
        }
      },
    },
    ["subscriptions"],
  ],
  "publishing does not look at its signal": [
    {
      Driver: class extends MemoryMessaging {
        override publish(
          messages: readonly OutgoingMessage[],
          _options: PublishCallOptions,
        ): Promise<void> {
          return super.publish(messages, {});
        }
      },
    },
    ["publishing"],
  ],
  "subscriptions are not restored": [
    {
      Driver: class extends MemoryMessaging {
        override restored(): void {}
      },
    },
    ["connections"],
  ],
  "all errors have a code": [
    {
      Driver: class extends MemoryMessaging {
        override errorCode(): "unavailable" {
          return "unavailable";
        }
      },
    },
    ["capabilities"],
  ],
  "there is no order": [
    {
      Queue: class extends MemoryQueue {
        protected override laneOf(): undefined {}
      },
    },
    ["ordering"],
  ],
  "one key holds up all": [
    {
      Queue: class extends MemoryQueue {
        protected override laneOf(): string | undefined {
          return this.ordered ? "all" : undefined;
        }
      },
    },
    ["ordering"],
  ],
  "a key goes on while its first waits for a retry": [
    {
      Queue: class extends MemoryQueue {
        protected override retryLater(stored: StoredMessage, delay: number): void {
          this.finish(stored);
          super.retryLater(stored, delay);
        }
      },
    },
    ["ordering"],
  ],
  "a key stops at a dead letter": [
    {
      Queue: class extends MemoryQueue {
        readonly #dead = new Set<StoredMessage>();
        protected override keepLetter(
          ...given: Parameters<MemoryQueue["keepLetter"]>
        ): ReturnType<MemoryQueue["keepLetter"]> {
          this.#dead.add(given[1]);
          super.keepLetter(...given);
        }
        protected override finish(stored: StoredMessage): void {
          if (!this.#dead.has(stored)) super.finish(stored);
        }
      },
    },
    ["ordering"],
  ],
  "a key goes on while a lost consumer's message comes back": [
    {
      Queue: class extends MemoryQueue {
        protected override giveBack(stored: StoredMessage): void {
          this.finish(stored);
          super.giveBack(stored);
        }
      },
    },
    ["ordering"],
  ],
  "letters are counted in one box": [
    {
      Broker: class extends MemoryBroker {
        override queueOf({ subscription }: LetterBox): MemoryQueue | undefined {
          const queue = super.queueOf({ subscription, kind: "dead" });
          if (queue !== undefined) {
            Object.assign(queue.letters, { dead: queue.letters.skipped });
          }
          return queue;
        }
      },
    },
    ["letters"],
  ],
};
