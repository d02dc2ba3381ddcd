import { randomUUID } from "node:crypto";
import { connect as connectAmqp, type ConfirmChannel } from "amqplib";
import type { Measured } from "../method/worker.ts";
import { observeClient } from "./observe-client.ts";
import {
  envelopeOf,
  orderOf,
  propertiesOf,
  routingKeyOf,
  topologyOf,
  type Connect,
  type Order,
} from "./order.ts";

/** What an events worker is started with. */
export interface EventsSettings {
  readonly client: string;
  readonly url: string;
  /** Begins the names of what is made on the broker. */
  readonly prefix: string;
}

/** What is consumed in one sample. */
export interface ConsumeSample {
  readonly prefetch: number;
  readonly count: number;
}

const many = 64;
/** How many each of those side by side publishes, one after the other, before it is looked at the time. */
const each = 8;

/** Puts messages into the queue, as every client of the comparison publishes them. */
async function fill(channel: ConfirmChannel, prefix: string, count: number): Promise<void> {
  const { exchange } = topologyOf(prefix);
  for (let index = 0; index < count; index += 1) {
    const order = orderOf(index);
    const id = randomUUID();
    const body = Buffer.from(JSON.stringify(envelopeOf(order, id)));
    channel.publish(exchange, routingKeyOf(order), body, propertiesOf(order, id));
    if (index % 500 === 499) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
}

/** Publishes and consumes by one of the clients. */
export async function worker({ client, url, prefix }: EventsSettings): Promise<object> {
  const { connect } = (await import(`./clients/${client}.js`)) as { connect: Connect };
  const events = await connect(url, prefix);
  const channel = await (await connectAmqp(url)).createConfirmChannel();
  const { queue } = topologyOf(prefix);
  const orders: readonly Order[] = Array.from({ length: 1_000 }, (_, index) => orderOf(index));
  let next = 0;
  const publish = (): Promise<unknown> => {
    next = (next + 1) % orders.length;
    return events.publish(orders[next] as Order);
  };
  const inTurn = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) await publish();
  };
  /** From the first message to the last: what it takes to begin and to stop is not looked at. */
  const drain = async ({ prefetch, count }: ConsumeSample): Promise<Measured> => {
    let handled = 0;
    let begun = 0;
    let before = process.cpuUsage();
    let finish: (measured: Measured) => void = () => undefined;
    const finished = new Promise<Measured>((resolve) => (finish = resolve));
    const consumer = await events.consume(prefetch, async () => {
      handled += 1;
      if (handled === 1) {
        begun = performance.now();
        before = process.cpuUsage();
      } else if (handled === count) {
        const { user, system } = process.cpuUsage(before);
        finish({ operations: count - 1, cpu: user + system, wall: performance.now() - begun });
      }
    });
    const measured = await finished;
    await consumer.stop();
    return measured;
  };
  return {
    "publish 1": async (): Promise<number> => {
      await inTurn(each);
      return each;
    },
    "publish 64": async (): Promise<number> => {
      await Promise.all(Array.from({ length: many }, () => inTurn(each)));
      return many * each;
    },
    empty: () => channel.purgeQueue(queue),
    observe: () => observeClient(events, channel, prefix),
    fill: (count: number) => fill(channel, prefix, count),
    drain,
    consume: async (sample: ConsumeSample): Promise<Measured> => {
      await fill(channel, prefix, sample.count);
      return drain(sample);
    },
  };
}
