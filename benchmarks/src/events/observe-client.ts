import { setTimeout as delay } from "node:timers/promises";
import type { Channel } from "amqplib";
import { orderOf, topologyOf, type EventClient, type Order, type OrderDelivery } from "./order.ts";

/** What a client has put on the broker and handed to a handler. Everything but ids and times. */
export interface Observed {
  /** How many messages the queue held when the last publish had resolved. */
  readonly confirmed: number;
  /** How many were delivered at once to a handler that does not end. */
  readonly unsettled: number;
  readonly messages: readonly object[];
  readonly handled: readonly object[];
  /** What was left in the queue after everything was handled. */
  readonly left: number;
}

const count = 20;
const prefetch = 8;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** Replaces what is different each time, wherever it has the right form. */
function masked(text: string, prefix: string): string {
  return text.replaceAll(uuid, "<id>").replaceAll(time, "<time>").replaceAll(prefix, "<prefix>");
}

async function depth(channel: Channel, queue: string): Promise<number> {
  return (await channel.checkQueue(queue)).messageCount;
}

/** Takes everything out of a queue, as it lies there. */
async function lookInto(channel: Channel, prefix: string): Promise<object[]> {
  const found: object[] = [];
  const { queue } = topologyOf(prefix);
  for (;;) {
    const raw = await channel.get(queue, { noAck: true });
    if (raw === false) return found;
    const { exchange, routingKey, redelivered } = raw.fields;
    const properties = Object.fromEntries(
      Object.entries(raw.properties).filter(([, value]) => value !== undefined),
    );
    const text = masked(JSON.stringify({ exchange, routingKey, redelivered, properties }), prefix);
    found.push({
      ...(JSON.parse(text) as object),
      body: masked(raw.content.toString("utf8"), prefix),
    });
  }
}

/** Waits until a condition holds; for what the broker does in its own time. */
async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`It never came to this: ${what}.`);
    await delay(20);
  }
}

/**
 * Publishes and consumes a few events and says what came of it, for comparison with other clients. The
 * queue is declared once more with the arguments that everybody's has to have: the broker refuses that
 * where there is another one.
 */
export async function observeClient(
  client: EventClient,
  channel: Channel,
  prefix: string,
): Promise<Observed> {
  const { exchange, queue, arguments: wanted } = topologyOf(prefix);
  await channel.checkExchange(exchange);
  await channel.assertQueue(queue, { durable: true, arguments: wanted });
  await channel.purgeQueue(queue);
  const orders = Array.from({ length: count }, (_, index) => orderOf(index));
  const publishAll = async (): Promise<void> => {
    for (const order of orders) await client.publish(order);
  };
  await publishAll();
  const confirmed = await depth(channel, queue);
  const messages = await lookInto(channel, prefix);
  await publishAll();
  const seen: { readonly order: Order; readonly delivery: OrderDelivery }[] = [];
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const consumer = await client.consume(prefetch, async (order, delivery) => {
    seen.push({ order, delivery });
    await released;
  });
  await until(() => seen.length >= prefetch, "as many handlers at work as are allowed");
  await delay(100);
  const unsettled = seen.length;
  release();
  await until(() => seen.length >= count, "every event handled");
  await consumer.stop();
  // What was not acknowledged is back in the queue now.
  const left = await depth(channel, queue);
  const handled = seen
    .map(({ order, delivery: { id, type, key, time: at, attempt, redelivered } }) => ({
      order,
      id: masked(id, prefix),
      type,
      key,
      isRecent: Math.abs(Date.now() - at) < 60_000,
      attempt,
      redelivered,
    }))
    .toSorted((one, other) => one.order.orderId.localeCompare(other.order.orderId));
  return { confirmed, unsettled, messages, handled, left };
}
