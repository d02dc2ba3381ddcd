import { randomUUID } from "node:crypto";
import { connect as connectAmqp, type ConsumeMessage } from "amqplib";
import {
  envelopeOf,
  propertiesOf,
  routingKeyOf,
  topologyOf,
  type Connect,
  type EventClient,
  type Order,
} from "../order.ts";

interface Envelope {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
  readonly data: unknown;
}

/** What an event goes through on its way out and in. */
export interface Checks {
  readonly outgoing: (order: Order) => Order;
  readonly incoming: (data: unknown) => Order;
}

/** The client of AMQP by hand: connections for publishing and for consuming, as Plinth has them. */
export async function connectRaw(
  url: string,
  prefix: string,
  { outgoing, incoming }: Checks,
): Promise<EventClient> {
  const publishing = await connectAmqp(url, { noDelay: true });
  const consuming = await connectAmqp(url, { noDelay: true });
  const { exchange, queue, dead, binding, ...topology } = topologyOf(prefix);
  const channel = await publishing.createConfirmChannel();
  await channel.assertExchange(exchange, "topic", { durable: true });
  await channel.assertQueue(dead, { durable: true, arguments: topology.letterArguments });
  await channel.assertQueue(queue, { durable: true, arguments: topology.arguments });
  await channel.bindQueue(queue, exchange, binding);
  return {
    publish: (given) =>
      new Promise<void>((resolve, reject) => {
        const order = outgoing(given);
        const id = randomUUID();
        const body = Buffer.from(JSON.stringify(envelopeOf(order, id)));
        const options = propertiesOf(order, id);
        channel.publish(exchange, routingKeyOf(order), body, options, (error: unknown) => {
          if (error === null || error === undefined) resolve();
          else reject(error as Error);
        });
      }),
    consume: async (prefetch, handle) => {
      const receiving = await consuming.createChannel();
      await receiving.prefetch(prefetch);
      const receive = async (raw: ConsumeMessage): Promise<void> => {
        try {
          const { id, type, subject, time, data } = JSON.parse(
            raw.content.toString("utf8"),
          ) as Envelope;
          const attempt = Number(raw.properties.headers?.["x-plinth-attempt"] ?? 1);
          await handle(incoming(data), {
            id,
            type,
            key: subject,
            time: Date.parse(time),
            attempt,
            redelivered: raw.fields.redelivered,
          });
          receiving.ack(raw);
        } catch {
          receiving.nack(raw);
        }
      };
      const running = new Set<Promise<void>>();
      const { consumerTag } = await receiving.consume(queue, (raw) => {
        if (raw === null) return;
        const handling = receive(raw).finally(() => running.delete(handling));
        running.add(handling);
      });
      return {
        stop: async () => {
          await receiving.cancel(consumerTag);
          await Promise.all(running);
          await receiving.close();
        },
      };
    },
  };
}

/** Without a check of what goes out and comes in. */
export const connect: Connect = (url, prefix) =>
  connectRaw(url, prefix, { outgoing: (order) => order, incoming: (data) => data as Order });
