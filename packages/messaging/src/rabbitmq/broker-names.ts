// By its name alone, `hash` would fail a Node without it before that Node is refused.
import crypto from "node:crypto";

/** The number of queues of an ordered subscription. Part of the names on the broker. */
export const partitions = 16;

/** The default of the option `prefix`. */
export const defaultPrefix = "plinth";

/**
 * The names on the broker. Names of subscriptions and types contain no colons, which separate the parts that
 * are added to them.
 */
export interface BrokerNames {
  /** The topic exchange to which everything is published. */
  readonly exchange: string;
  /** The queue of an unordered subscription. */
  queue(subscription: string): string;
  /** One of the queues of an ordered subscription. */
  partitionQueue(subscription: string, partition: number): string;
  /** The queue of messages that wait for a retry. */
  retryQueue(subscription: string, delay: number): string;
  /** The queue of the notes of attempts. */
  attemptsQueue(subscription: string, partition: number): string;
  /** The exchange that exists while the queues of a subscription are bound. */
  boundExchange(subscription: string): string;
  /** The exchange over which the processes of a subscription ask each other. It exists as long as they do. */
  peersExchange(subscription: string): string;
  /** The queue of questions to one of them, and of answers. */
  peerQueue(subscription: string, id: string): string;
  /** The queue of dead or skipped letters. */
  letterQueue(subscription: string, kind: "dead" | "skipped"): string;
}

/** The names under a prefix. */
export function brokerNames(prefix: string): BrokerNames {
  const queue = (subscription: string): string => `${prefix}:${subscription}`;
  return {
    exchange: `${prefix}.events`,
    queue,
    partitionQueue: (subscription, partition) => `${queue(subscription)}:${partition}`,
    retryQueue: (subscription, delay) => `${queue(subscription)}:retry:${delay}`,
    attemptsQueue: (subscription, partition) => `${queue(subscription)}:attempts:${partition}`,
    boundExchange: (subscription) => `${queue(subscription)}:bound`,
    peersExchange: (subscription) => `${queue(subscription)}:peers`,
    peerQueue: (subscription, id) => `${queue(subscription)}:peers:${id}`,
    letterQueue: (subscription, kind) => `${queue(subscription)}:${kind}`,
  };
}

/**
 * The partition of a message: the same for all messages of one key, in every process and version.
 *
 * @param key Its key. For a message without one: its id.
 */
export function partitionOf(key: string): number {
  return Number.parseInt(crypto.hash("sha256", key, "hex").slice(0, 8), 16) % partitions;
}

/** The routing key of a message: unordered queues are bound to all partitions, ordered ones to one. */
export function routingKey(type: string, key: string): string {
  return `${type}.${partitionOf(key)}`;
}

/** The type of a message that was routed by {@link routingKey}. */
export function typeOfRoutingKey(key: string): string {
  return key.replace(/\.\d+$/, "");
}

/**
 * The routing keys of a type for other programs: the type itself. None, if that looks like another type with a
 * partition.
 */
export function plainRoutingKeys(type: string): readonly string[] {
  return typeOfRoutingKey(type) === type ? [type] : [];
}
