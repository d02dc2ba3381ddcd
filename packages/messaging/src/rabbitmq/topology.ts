import { FailedPreconditionError } from "@plinth/core/errors";
import type { Channel } from "amqplib";
import type { DriverSubscriptionDefinition } from "../driver/messaging-driver.ts";
import { type BrokerConnection, onChannel } from "./broker-connection.ts";
import { isReply } from "./error-code.ts";
import type { ExistingExchanges } from "./existing-exchange.ts";
import type { BrokerNames } from "./broker-names.ts";
import { planQueues, rivalQueue, type PlannedQueue } from "./queue-plan.ts";

const notFound = 404;
const notEquivalent = 406;

/** Creates the exchange to which everything is published, or checks the existing one. */
export async function declareExchange(channel: Channel, exchange: string): Promise<void> {
  try {
    await channel.assertExchange(exchange, "topic", { durable: true });
  } catch (error) {
    throw explain(error, `exchange "${exchange}"`);
  }
}

/** Rejects with `failed_precondition` if an exchange of other programs does not exist. */
export async function checkExchanges(
  connection: BrokerConnection,
  { names }: ExistingExchanges,
): Promise<void> {
  for (const name of names) {
    try {
      await onChannel(connection, (channel) => channel.checkExchange(name));
    } catch (error) {
      if (!isReply(error, notFound)) throw error;
      throw new FailedPreconditionError(
        `RabbitMQ has no exchange "${name}". It belongs to other programs, and is not made here: start them first, or correct the name in \`exchanges\`.`,
        { cause: error },
      );
    }
  }
}

/** Creates a queue with its bindings, or checks the existing one. */
export async function declareQueue(
  channel: Channel,
  exchange: string,
  queue: PlannedQueue,
): Promise<void> {
  try {
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
  } catch (error) {
    throw explain(error, `queue "${queue.name}"`);
  }
  for (const binding of queue.bindings) {
    await channel.bindQueue(queue.name, binding.exchange ?? exchange, binding.key);
  }
}

/**
 * Creates everything that a subscription needs, or checks what exists. Rejects with `failed_precondition` if
 * something of the name exists in another form.
 */
export async function declareSubscription(
  connection: BrokerConnection,
  names: BrokerNames,
  definition: DriverSubscriptionDefinition,
  exchanges: ExistingExchanges,
): Promise<void> {
  const rival = rivalQueue(names, definition);
  if (await queueExists(connection, rival)) {
    const [is, shouldBe] = definition.ordered ? ["unordered", "ordered"] : ["ordered", "unordered"];
    throw new FailedPreconditionError(
      `The subscription "${definition.name}" is ${is} on the broker (there is the queue "${rival}") and ${shouldBe} here. Give it another name, or, once its queues are empty, delete all whose names begin with "${names.queue(definition.name)}".`,
    );
  }
  await onChannel(connection, async (channel) => {
    await declareExchange(channel, names.exchange);
    for (const queue of planQueues(names, definition, exchanges)) {
      await declareQueue(channel, names.exchange, queue);
    }
    await declareBound(channel, names, definition.name);
  });
}

/**
 * Creates an exchange that is deleted with the bindings of a subscription. Nothing else shows that the events exchange
 * was deleted, not even that exchange: another publisher may have made it again. The broker
 * deletes an `autoDelete` exchange when its last binding is gone.
 */
async function declareBound(channel: Channel, names: BrokerNames, name: string): Promise<void> {
  const bound = names.boundExchange(name);
  const options = { durable: true, autoDelete: true, internal: true };
  await channel.assertExchange(bound, "fanout", options);
  await channel.bindExchange(names.exchange, bound, "");
}

/** Whether a subscription is still bound to the exchange. If it is not, the broker closes the channel. */
export async function isBound(
  channel: Channel,
  names: BrokerNames,
  name: string,
): Promise<boolean> {
  try {
    await channel.checkExchange(names.boundExchange(name));
    return true;
  } catch (error) {
    if (isReply(error, notFound)) return false;
    throw error;
  }
}

/** Whether there is a queue of this name. */
export async function queueExists(connection: BrokerConnection, queue: string): Promise<boolean> {
  return (await messageCount(connection, queue)) !== undefined;
}

/** How many messages wait in a queue; `undefined` if there is no queue of this name. */
export async function messageCount(
  connection: BrokerConnection,
  queue: string,
): Promise<number | undefined> {
  try {
    return await onChannel(connection, async (channel) => {
      return (await channel.checkQueue(queue)).messageCount;
    });
  } catch (error) {
    if (isReply(error, notFound)) return undefined;
    throw error;
  }
}

/**
 * The broker names the first difference: "inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/':
 * received the value '2' of type 'long' but current is the value '1' of type 'signedint'".
 */
function explain(error: unknown, what: string): unknown {
  if (!isReply(error, notEquivalent) || !(error instanceof Error)) return error;
  const [, name, received, current] =
    /inequivalent arg '([^']+)'.*?received (.+?) but current is (.+?)"?$/.exec(error.message) ?? [];
  const difference =
    name === undefined
      ? "differs from what is needed"
      : `has ${name} = ${plain(current)}, and ${plain(received)} is needed`;
  return new FailedPreconditionError(
    `RabbitMQ's ${what} ${difference}. The broker cannot change it: once it is empty, delete it (rabbitmqctl, or the management page), and it is made again; or use another name or prefix.`,
    { cause: error },
  );
}

function plain(value = ""): string {
  return value.replace(/^(?:the value )?'(.*?)'.*$/, "$1") || '""';
}
