// By its name alone, `hash` would fail a Node without it before that Node is refused.
import crypto from "node:crypto";

/** Into how many queues an ordered subscription is divided. Part of the names on the broker. */
export const partitions = 16;

/** What is written before every name, where the options say nothing else. */
export const defaultPrefix = "plinth";

/**
 * The names on the broker. Names of subscriptions and types are words joined by dots, so that colons
 * keep apart what we add to them.
 */
export interface BrokerNames {
  /** The topic exchange to which everything is published. */
  readonly exchange: string;
  /** The queue of an unordered subscription. */
  queue(subscription: string): string;
  /** One of the queues of an ordered subscription. */
  partitionQueue(subscription: string, partition: number): string;
  /** Where messages wait for their next attempt. */
  retryQueue(subscription: string, delay: number): string;
  /** Where a subscription notes how often it has tried. */
  attemptsQueue(subscription: string, partition: number): string;
  /** The exchange that lasts for as long as the queues of a subscription are bound. */
  boundExchange(subscription: string): string;
  /** The exchange over which the processes of a subscription ask each other. It lasts as long as they do. */
  peersExchange(subscription: string): string;
  /** Where one of them is asked, and answered. */
  peerQueue(subscription: string, id: string): string;
  /** Where dead or skipped messages lie. */
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
 * The partition of a message: the same for all messages with one key, in every process and version.
 *
 * @param key what orders it; of a message without one, anything that spreads them, such as its id
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
 * The routing keys that lead to a type as other programs send it: the type itself. Where that would look
 * like another type with a partition, there is none.
 */
export function plainRoutingKeys(type: string): readonly string[] {
  return typeOfRoutingKey(type) === type ? [type] : [];
}
