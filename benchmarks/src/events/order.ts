import { hash } from "node:crypto";
import type { Options } from "amqplib";
import { z } from "zod";

/** What happened, in the comparison. */
export const Order = z.object({
  orderId: z.string().min(1).max(100),
  customerId: z.string().min(1).max(100),
  name: z.string().max(100),
  description: z.string().max(1_000),
  city: z.string().max(100),
  country: z.string().length(2),
  count: z.int(),
  price: z.number(),
  express: z.boolean(),
  tags: z.array(z.string().max(50)).max(10),
});
export type Order = z.infer<typeof Order>;

export const eventName = "orders.order-placed";
export const subscriptionName = "ship-orders";
export const source = "benchmarks";

export function orderOf(index: number): Order {
  return {
    orderId: `order_${String(index % 1_000).padStart(4, "0")}`,
    customerId: `customer_${index % 97}`,
    name: "A lamp with a shade",
    description: "It stands on the floor and gives light to people reading by it",
    city: "London",
    country: "GB",
    count: 12,
    price: 9.75,
    express: true,
    tags: ["furniture", "light"],
  };
}

/** What a handler is told besides the data. */
export interface OrderDelivery {
  readonly id: string;
  readonly type: string;
  readonly key?: string | undefined;
  readonly time: number;
  readonly attempt: number;
  readonly redelivered: boolean;
}

/** Handles one event of the comparison. */
export type HandleOrder = (order: Order, delivery: OrderDelivery) => Promise<void>;

/** One way to the broker. */
export interface EventClient {
  /** Resolves when the broker has confirmed it. */
  publish(order: Order): Promise<unknown>;
  /** Hands over until it is stopped, and acknowledges what was handled. */
  consume(prefetch: number, handle: HandleOrder): Promise<{ stop(): Promise<void> }>;
}

/**
 * Connects to a broker.
 *
 * @param prefix begins the names of what is made there
 */
export type Connect = (url: string, prefix: string) => Promise<EventClient>;

/** What is on the broker; the same as Plinth makes, as the check shows. */
export function topologyOf(prefix: string) {
  const queue = `${prefix}:${subscriptionName}`;
  const dead = `${queue}:dead`;
  return {
    exchange: `${prefix}.events`,
    queue,
    dead,
    binding: `${eventName}.*`,
    letterArguments: { "x-queue-type": "quorum", "x-delivery-limit": 2_000_000_000 },
    arguments: {
      "x-queue-type": "quorum",
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": dead,
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish",
      "x-delivery-limit": 2_000_000_000,
    },
  };
}

/** The routing key: the name of the event, and one of 16 parts that the key falls into. */
export function routingKeyOf({ orderId }: Order): string {
  return `${eventName}.${hash("sha256", orderId, "buffer").readUInt32BE(0) % 16}`;
}

/** The envelope of an event, which is CloudEvents in JSON. */
export function envelopeOf(order: Order, id: string): object {
  return {
    specversion: "1.0",
    id,
    source,
    type: eventName,
    subject: order.orderId,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    dataversion: 1,
    data: order,
  };
}

/** What stands on a message beside its bytes. */
export function propertiesOf(order: Order, id: string): Options.Publish {
  return {
    messageId: id,
    type: eventName,
    contentType: "application/cloudevents+json",
    persistent: true,
    mandatory: false,
    headers: { "x-plinth-key": order.orderId },
  };
}
