import { setTimeout as delay } from "node:timers/promises";
import type { PrivateRabbitMq } from "../../../../scripts/engines/start-rabbitmq.ts";
import {
  type ChaosParts,
  chaosParts,
  type ChaosRun,
  orderOf,
  orderPlaced,
  subscriptionOf,
  toVariables,
} from "./chaos-parts.ts";
import { seededRandom, shuffled } from "./chaos-random.ts";
import { ChaosWorker } from "./chaos-worker.ts";

/** How much is to be done and broken. */
export interface ChaosOptions extends ChaosRun {
  readonly records: number;
  /** How often each kind is killed. */
  readonly kills: {
    readonly writer: number;
    readonly relay: number;
    readonly consumer: number;
    readonly broker: number;
  };
  /** How many processes of each kind there are. */
  readonly processes: number;
  readonly seed: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly broker: PrivateRabbitMq;
  /** Milliseconds after which it is given up; only so that it ends. */
  readonly bound: number;
}

/** What came of it. */
export interface ChaosResult {
  /** Records that are there with their event. */
  readonly written: number;
  readonly kills: Readonly<Record<"writer" | "relay" | "consumer" | "broker", number>>;
  /** Deliveries that the inbox recognized. */
  readonly repeated: number;
  /** Events without an effect. */
  readonly lost: number;
  /** Events with more than one. */
  readonly doubled: number;
  /** Events that became dead letters. */
  readonly dead: number;
  readonly seconds: number;
  readonly faults: readonly string[];
}

/** Writes records with events, and kills everything that takes part in it. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { records, seed, broker, bound, processes } = options;
  const each = Array.from({ length: processes }, (_, index) => index);
  const begun = performance.now();
  const random = seededRandom(seed);
  const written = new Set<number>();
  let repeated = 0;
  const onLine = (line: string): void => {
    if (line.startsWith("written ")) written.add(Number(line.slice(8)));
    if (line === "again") repeated += 1;
  };
  const environment = { ...options.environment, ...toVariables(options) };
  const worker = (name: string, words: () => readonly string[]): ChaosWorker =>
    new ChaosWorker(name, words, environment, onLine);
  const firstMissing = (from: number): number => {
    let number = from;
    while (written.has(number)) number += processes;
    return number;
  };
  const writers = each.map((from) =>
    worker("writer", () => [
      "writer",
      String(firstMissing(from)),
      String(processes),
      String(records),
    ]),
  );
  const relays = each.map(() => worker("relay", () => ["relay"]));
  const consumers = each.map(() => worker("consumer", () => ["consumer"]));
  const workers = [...writers, ...relays, ...consumers];
  const parts = await chaosParts(options);
  const busy = new Map<unknown, Promise<void>>();
  let broken: { readonly error: unknown } | undefined;
  const until = async (what: string, isDone: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isDone())) {
      if (broken !== undefined) throw broken.error;
      const fault = workers.find((each) => each.fault !== undefined)?.fault;
      if (fault !== undefined) throw new Error(`A process ended by itself. ${fault}`);
      if (performance.now() - begun > bound) throw new Error(`${bound} ms were over: ${what}.`);
      await delay(50);
      for (const each of workers) each.listen();
    }
  };
  try {
    await openAll(parts);
    // The consumers first: what no subscription has is forgotten.
    await Promise.all(consumers.map((each) => each.start()));
    await Promise.all([...relays, ...writers].map((each) => each.start()));

    const plan = shuffled(
      Object.entries(options.kills).flatMap(([kind, times]) =>
        Array.from({ length: times }, () => kind),
      ),
      random,
    );
    let brokerKills = 0;
    // Spread over the work, so that a slow machine is hit as often as a fast one. The last few hit
    // what is left to be relayed and consumed.
    const strike = (target: unknown, blow: () => Promise<void>): void => {
      const before = busy.get(target) ?? Promise.resolve();
      busy.set(
        target,
        before.then(blow).catch((error: unknown) => {
          broken ??= { error };
        }),
      );
    };
    for (const [index, kind] of plan.entries()) {
      const due = Math.floor(((index + random()) / (plan.length + 1)) * records);
      await until(`${written.size} records written`, () => written.size >= due);
      if (kind === "broker") {
        strike(broker, async () => {
          await broker.kill();
          brokerKills += 1;
          await broker.start();
        });
      } else {
        const kin = workers.filter(({ name }) => name === kind);
        const victim = kin[Math.floor(random() * kin.length)];
        if (victim !== undefined) strike(victim, () => victim.killAndStart());
      }
      // Not all in the same moment, where writing is done already.
      await delay(random() * 200);
    }
    await Promise.all(busy.values());
    await until(`${written.size} records written`, () => written.size === records);
    await until(
      "the outbox is not empty",
      async () => (await parts.outbox.backlog()).pending === 0,
    );
    await settle(parts, options, until);
    const faults = (
      await Promise.all([...relays, ...consumers].map((each) => each.stop()))
    ).flatMap((fault) => fault ?? []);
    const times = await effectTimes(parts, records);
    return {
      written: (await parts.orders.getMany(orderIds(records))).filter(
        (order) => order !== undefined,
      ).length,
      kills: {
        writer: sum(writers),
        relay: sum(relays),
        consumer: sum(consumers),
        broker: brokerKills,
      },
      repeated,
      lost: times.filter((count) => count === 0).length,
      doubled: times.filter((count) => count > 1).length,
      dead: await parts.bus.deadLetters.count(subscriptionOf(options)),
      seconds: Math.round((performance.now() - begun) / 1000),
      faults,
    };
  } finally {
    await Promise.all(busy.values());
    await Promise.all(workers.map((each) => each.dispose()));
    await parts.bus.close();
    await parts.database.close();
  }
}

/**
 * Waits until every event has taken effect. An event that is behind all others shows when none can come
 * any more that was not delivered once; what is missing then for long is lost, which is for the caller
 * to say.
 */
async function settle(
  parts: ChaosParts,
  { records, run }: ChaosOptions,
  until: (what: string, isDone: () => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const last = orderOf(records);
  await parts.bus.publish(new (orderPlaced(run))(last));
  await until(
    "the last event has no effect",
    async () => (await parts.effects.get(last.orderId)) !== undefined,
  );
  let missing = records;
  let since = performance.now();
  await until("effects are missing", async () => {
    const now = (await effectTimes(parts, records)).filter((times) => times === 0).length;
    if (now < missing) since = performance.now();
    missing = now;
    return missing === 0 || performance.now() - since > 20_000;
  });
}

async function openAll({ orders, effects, outbox, inbox, bus }: ChaosParts): Promise<void> {
  for (const each of [orders, effects, outbox, inbox, bus]) await each.open();
}

function sum(workers: readonly ChaosWorker[]): number {
  return workers.reduce((total, { kills }) => total + kills, 0);
}

function orderIds(records: number): string[] {
  return Array.from({ length: records }, (_, number) => orderOf(number).orderId);
}

/** How often each event took effect. */
async function effectTimes({ effects }: ChaosParts, records: number): Promise<number[]> {
  const found = await effects.getMany(orderIds(records));
  return found.map((effect) => effect?.times ?? 0);
}
