import type { IncomingMessage, MessagingDriver, Settlement } from "@plinth/messaging";
import { MemoryBroker } from "../../src/memory/memory-broker.ts";
import { MemoryConsumer } from "../../src/memory/memory-consumer.ts";
import { MemoryMessaging } from "../../src/memory/memory-messaging.ts";
import { MemoryQueue } from "../../src/memory/memory-queue.ts";

/** What a mutant has in place of what is right; the rest is as in the memory driver. */
export interface Mutation {
  readonly Queue?: new (ordered: boolean) => MemoryQueue;
  readonly Consumer?: new (
    concurrency: number,
    receive: (message: IncomingMessage) => Promise<Settlement>,
  ) => MemoryConsumer;
  readonly Broker?: new () => MemoryBroker;
  readonly Driver?: new (broker: MemoryBroker) => MemoryMessaging;
}

/** How to make drivers with a fault, and how to break their connections. */
export function mutantBroker(mutation: Mutation): {
  readonly createDriver: () => MessagingDriver;
  readonly interrupt: () => void;
} {
  const { Queue = MemoryQueue, Consumer = MemoryConsumer } = mutation;
  const { Broker = MemoryBroker, Driver = MemoryMessaging } = mutation;
  class MutantBroker extends Broker {
    protected override createQueue(ordered: boolean): MemoryQueue {
      return new Queue(ordered);
    }
  }
  class MutantDriver extends Driver {
    protected override createConsumer(
      concurrency: number,
      receive: (message: IncomingMessage) => Promise<Settlement>,
    ): MemoryConsumer {
      return new Consumer(concurrency, receive);
    }
  }
  const broker = new MutantBroker();
  return { createDriver: () => new MutantDriver(broker), interrupt: () => broker.interrupt() };
}
