import type { DriverSubscriptionDefinition } from "../driver/messaging-driver.ts";
import { ExistingExchanges } from "./existing-exchange.ts";
import { partitions, plainRoutingKeys, type BrokerNames } from "./broker-names.ts";

/** A binding of a queue. */
export interface PlannedBinding {
  /** An exchange of other programs. Absent: the exchange of the prefix. */
  readonly exchange?: string | undefined;
  readonly key: string;
}

/** A queue to declare: a durable quorum queue. */
export interface PlannedQueue {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly bindings: readonly PlannedBinding[];
}

/**
 * How often a message may be returned before the broker itself moves it to the dead letters. The broker also counts
 * messages that no handler had, so its count must not decide. Newer brokers have a limit by default.
 */
const unlimited = 2_000_000_000;
/** Milliseconds after which a note that was left behind expires. */
const noteLifetime = 7 * 24 * 3_600_000;

const quorum = { "x-queue-type": "quorum" } as const;

/**
 * The queue to which the broker moves messages by itself. At least once: it keeps its copy until the other
 * queue has it. That needs `reject-publish`.
 */
function movedTo(queue: string): PlannedQueue["arguments"] {
  return {
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": queue,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
  };
}

/**
 * The bindings of a queue of a subscription. Events of other programs are not divided into partitions: in an
 * ordered subscription they all go to the first one.
 *
 * @param partition The partition of an ordered subscription. Absent: it is unordered.
 */
function bindingsOf(
  types: readonly string[],
  exchanges: ExistingExchanges,
  partition?: number,
): readonly PlannedBinding[] {
  const hasForeign = partition === undefined || partition === 0;
  return types.flatMap((type) => {
    const route = exchanges.routeOf(type);
    if (route !== undefined) {
      return hasForeign ? [{ exchange: route.exchange.name, key: route.key }] : [];
    }
    const plain = hasForeign ? plainRoutingKeys(type) : [];
    return [`${type}.${partition ?? "*"}`, ...plain].map((key) => ({ key }));
  });
}

/**
 * The queues of a subscription, each after the queues to which it refers. Pure.
 *
 * @param exchanges The exchanges of other programs. Default: none.
 */
export function planQueues(
  names: BrokerNames,
  { name, ordered, types, retryDelays }: DriverSubscriptionDefinition,
  exchanges: ExistingExchanges = new ExistingExchanges(),
): readonly PlannedQueue[] {
  const dead = names.letterQueue(name, "dead");
  const letters = [dead, names.letterQueue(name, "skipped")].map((queue) => ({
    name: queue,
    arguments: { ...quorum, "x-delivery-limit": unlimited },
    bindings: [],
  }));
  const work = {
    ...quorum,
    ...movedTo(dead),
    "x-delivery-limit": unlimited,
    ...(ordered && { "x-single-active-consumer": true }),
  };
  if (ordered) {
    const queues = Array.from({ length: partitions }, (_, partition) => ({
      name: names.partitionQueue(name, partition),
      arguments: work,
      bindings: bindingsOf(types, exchanges, partition),
    }));
    return [...letters, ...queues];
  }
  const queue = {
    name: names.queue(name),
    arguments: work,
    bindings: bindingsOf(types, exchanges),
  };
  const retries = [...new Set(retryDelays)].map((delay) => ({
    name: names.retryQueue(name, delay),
    arguments: { ...quorum, ...movedTo(queue.name), "x-message-ttl": delay },
    bindings: [],
  }));
  return [...letters, queue, ...retries];
}

/** The queue that a subscription of this name has in the other form. Pure. */
export function rivalQueue(
  names: BrokerNames,
  { name, ordered }: Pick<DriverSubscriptionDefinition, "name" | "ordered">,
): string {
  return ordered ? names.queue(name) : names.partitionQueue(name, 0);
}

/** The queue for notes of one partition. Pure. */
export function attemptsQueue(
  names: BrokerNames,
  subscription: string,
  partition: number,
): PlannedQueue {
  return {
    name: names.attemptsQueue(subscription, partition),
    arguments: { ...quorum, "x-delivery-limit": unlimited, "x-message-ttl": noteLifetime },
    bindings: [],
  };
}
