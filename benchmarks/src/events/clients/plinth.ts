import { createLogger } from "@plinth/core";
import { DomainEvent, EventBus } from "@plinth/messaging";
import { rabbitMq } from "@plinth/messaging/rabbitmq";
import { eventName, Order, source, subscriptionName, type Connect } from "../order.ts";

export class OrderPlaced extends DomainEvent({
  name: eventName,
  schema: Order,
  key: "orderId",
}) {}

/** An event bus on its RabbitMQ driver. */
export const connect: Connect = async (url, prefix) => {
  const logger = createLogger({ name: source });
  const bus = new EventBus(rabbitMq({ url, prefix }), { source, logger });
  await bus.open();
  // Queues are made by the first who subscribes.
  const first = await bus.subscribe(subscriptionName, {
    events: [OrderPlaced],
    retry: { delays: [] },
    handler: { handle: () => undefined },
  });
  await first.close();
  return {
    publish: (order) => bus.publish(new OrderPlaced(order)),
    consume: async (prefetch, handle) => {
      const subscribed = await bus.subscribe(subscriptionName, {
        events: [OrderPlaced],
        concurrency: prefetch,
        retry: { delays: [] },
        handler: { handle: (event, delivery) => handle(event.data, delivery) },
      });
      return { stop: () => subscribed.drain() };
    },
  };
};
