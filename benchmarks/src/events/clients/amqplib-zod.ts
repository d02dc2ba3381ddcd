import { Order, type Connect } from "../order.ts";
import { connectRaw } from "./amqplib.ts";

const Outgoing = Order.strict();

/** With the schema's checks of what goes out and comes in, as in a service that trusts no one. */
export const connect: Connect = (url, prefix) =>
  connectRaw(url, prefix, {
    outgoing: (order) => Outgoing.parse(order),
    incoming: (data) => Order.parse(data),
  });
