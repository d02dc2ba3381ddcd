import { randomBytes } from "node:crypto";
import { connect } from "amqplib";
import { partitions, brokerNames } from "../../src/rabbitmq/broker-names.ts";
import { attemptsQueue, planQueues } from "../../src/rabbitmq/queue-plan.ts";
import type { DriverSubscriptionDefinition, MessagingDriver } from "../../src/index.ts";
import { rabbitMq, type RabbitMqOptions } from "../../src/rabbitmq/index.ts";

/** A prefix of its own on a shared broker; everything under it is deleted at its end. */
export interface RabbitMqSpace extends AsyncDisposable {
  readonly url: string;
  /** Begins the names of everything in it. */
  readonly prefix: string;
  /** A driver that works there. Subscriptions that it makes are deleted at the end. */
  driver(options?: Partial<RabbitMqOptions>): MessagingDriver;
  /** Notes that another process creates this subscription there. */
  expect(definition: DriverSubscriptionDefinition): void;
}

/** @param url Of the broker, with name and password. */
export function rabbitMqSpace(url: string): RabbitMqSpace {
  const prefix = `t-${randomBytes(6).toString("hex")}`;
  const definitions: DriverSubscriptionDefinition[] = [];
  return {
    url,
    prefix,
    driver: (options = {}) => {
      const driver = rabbitMq({ url, prefix, ...options });
      const subscribe = driver.subscribe.bind(driver);
      driver.subscribe = (definition, receive) => {
        definitions.push(definition);
        return subscribe(definition, receive);
      };
      return driver;
    },
    expect: (definition) => definitions.push(definition),
    [Symbol.asyncDispose]: () => drop(url, prefix, definitions),
  };
}

async function drop(
  url: string,
  prefix: string,
  definitions: readonly DriverSubscriptionDefinition[],
): Promise<void> {
  const names = brokerNames(prefix);
  const queues = definitions.flatMap((definition) => [
    ...planQueues(names, definition).map(({ name }) => name),
    ...Array.from({ length: partitions }, (_, n) => attemptsQueue(names, definition.name, n).name),
  ]);
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    for (const queue of new Set(queues)) await channel.deleteQueue(queue);
    await channel.deleteExchange(names.exchange);
  } finally {
    await connection.close();
  }
}
