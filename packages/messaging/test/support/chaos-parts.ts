import { Database, type Driver, Repository } from "@plinth/data";
import { z } from "zod";
import { DomainEvent, EventBus } from "../../src/index.ts";
import { Inbox, Outbox } from "../../src/outbox/index.ts";
import { rabbitMq } from "../../src/rabbitmq/index.ts";

/** What the processes of one run have to know; passed in environment variables. */
export interface ChaosRun {
  /** The database's engine; where it is says the environment. */
  readonly engine: ChaosEngine;
  /** Begins the names of its tables. */
  readonly prefix: string;
  /** Names the run among those that share the broker: letters and digits. */
  readonly run: string;
  readonly rabbitMqUrl: string;
}

export type ChaosEngine = "dynamodb" | "postgres" | "firestore";

/** How many keys the events have. */
const keys = 100;

/** The variables for a process, and back again. */
export function toVariables({ engine, prefix, run, rabbitMqUrl }: ChaosRun) {
  return { CHAOS_ENGINE: engine, CHAOS_PREFIX: prefix, CHAOS_RUN: run, CHAOS_URL: rabbitMqUrl };
}

export function fromVariables(variables: NodeJS.ProcessEnv): ChaosRun {
  const get = (name: string): string => variables[name] ?? "";
  return {
    engine: get("CHAOS_ENGINE") as ChaosEngine,
    prefix: get("CHAOS_PREFIX"),
    run: get("CHAOS_RUN"),
    rabbitMqUrl: get("CHAOS_URL"),
  };
}

const Order = z.object({ orderId: z.string(), customer: z.string(), number: z.number() });
export type Order = z.infer<typeof Order>;

export class OrderRepository extends Repository({
  name: "orders",
  schema: Order,
  key: ["orderId"],
}) {}

/** What the consumers make of an event: not the same when it is done twice. */
export class EffectRepository extends Repository({
  name: "effects",
  schema: z.object({ orderId: z.string(), times: z.number() }),
  key: ["orderId"],
}) {}

/** An order, the same whenever it is asked for. */
export function orderOf(number: number): Order {
  return {
    orderId: `order_${number}`,
    // Writers take turns with the numbers, and share the keys all the same.
    customer: `customer_${Math.floor(number / 2) % keys}`,
    number,
  };
}

/** The event class of a run; the runs share a broker. */
export function orderPlaced(run: string) {
  return class OrderPlaced extends DomainEvent({
    name: `chaos-${run}.order-placed`,
    schema: Order,
    key: "customer",
  }) {};
}

/** The subscription of a run's consumers. */
export function subscriptionOf({ run }: ChaosRun): string {
  return `chaos-${run}.effects`;
}

/** What the processes of a run work with. */
export interface ChaosParts {
  readonly database: Database;
  readonly orders: OrderRepository;
  readonly effects: EffectRepository;
  readonly bus: EventBus;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
}

/** Makes what a process of a run works with. Nothing is connected yet. */
export async function chaosParts({
  engine,
  prefix,
  run,
  rabbitMqUrl,
}: ChaosRun): Promise<ChaosParts> {
  const database = new Database(await createDriver(engine), { ensureSchema: true });
  const bus = new EventBus(rabbitMq({ url: rabbitMqUrl }), { source: `chaos-${run}` });
  return {
    database,
    bus,
    orders: new OrderRepository(database, { collection: `${prefix}orders` }),
    effects: new EffectRepository(database, { collection: `${prefix}effects` }),
    outbox: new Outbox(database, bus, { collection: `${prefix}outbox` }),
    inbox: new Inbox(database, { collection: `${prefix}inbox` }),
  };
}

async function createDriver(engine: ChaosEngine): Promise<Driver> {
  if (engine === "dynamodb") {
    const { dynamoDbDriver } = await import("@plinth/data/dynamodb");
    return dynamoDbDriver({});
  }
  if (engine === "firestore") {
    const { firestoreDriver } = await import("@plinth/data/firestore");
    return firestoreDriver({ projectId: process.env["GOOGLE_CLOUD_PROJECT"] });
  }
  const { postgresDriver } = await import("@plinth/data/postgres");
  return postgresDriver({ schema: process.env["DATABASE_SCHEMA"] });
}
