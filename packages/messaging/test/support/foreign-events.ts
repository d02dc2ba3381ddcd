import { DomainEvent } from "@plinth/messaging";
import type { ExistingExchange } from "@plinth/messaging/rabbitmq";
import { z } from "zod";

export class UserCreated extends DomainEvent({
  name: "user.created",
  schema: z.object({ userId: z.string() }),
  key: "userId",
}) {}

/** As the services of other languages often name them. */
export class OrderPlaced extends DomainEvent({
  name: "Order_Placed",
  schema: z.object({ order_id: z.string(), total: z.number() }),
  key: "order_id",
}) {}

export const cloudEventsType: string = "application/cloudevents+json";

export const cloudEvent: Readonly<Record<string, unknown>> = {
  specversion: "1.0",
  id: "e1",
  source: "/billing",
  type: "user.created",
  data: { userId: "u1" },
};

/** `{ type, data, occurred_at }`, as many programs write. */
export const plain: Omit<ExistingExchange, "name"> = {
  events: [UserCreated, OrderPlaced],
  routingKey: (type) => `events.${type}`,
  read: ({ body }) => {
    const { data, occurred_at: time } = z
      .object({ data: z.record(z.string(), z.json()), occurred_at: z.string() })
      .parse(body);
    const key = z.string().parse(data["userId"] ?? data["order_id"]);
    return { data, time: new Date(time), key };
  },
  write: ({ type, data, time }) => ({ type, data, occurred_at: time }),
};
