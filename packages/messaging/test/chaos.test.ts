import { randomInt } from "node:crypto";
import { describeWithEngine, openEngines } from "@plinth/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PrivateRabbitMq, startRabbitMq } from "../../../scripts/engines/start-rabbitmq.ts";
import { type ChaosResult, runChaos } from "./support/chaos.ts";
import type { ChaosEngine } from "./support/chaos-parts.ts";

/** `npm run test:chaos` does all of it; otherwise it is a matter of seconds. */
const isFull = process.env["PLINTH_CHAOS"] === "full";
const seed = Number(process.env["PLINTH_CHAOS_SEED"] ?? randomInt(2 ** 31));
const records: Readonly<Record<ChaosEngine, number>> = isFull
  ? { dynamodb: 10_000, postgres: 10_000, firestore: 2000 }
  : { dynamodb: 200, postgres: 200, firestore: 60 };
const kills = isFull
  ? { writer: 9, relay: 9, consumer: 9, broker: 5 }
  : { writer: 1, relay: 1, consumer: 1, broker: 1 };
const bound = isFull ? 30 * 60_000 : 3 * 60_000;
const wanted = process.env["PLINTH_CHAOS_ENGINES"]?.split(",");
const engines = (["dynamodb", "postgres", "firestore"] as const).filter(
  (engine) => wanted?.includes(engine) ?? true,
);

const results = new Map<ChaosEngine, ChaosResult>();
afterAll(() => print(`seed ${seed} (PLINTH_CHAOS_SEED)\n${table(results)}`));

describeWithEngine("rabbitmq", "killed processes, and a broker of their own", () => {
  let broker: PrivateRabbitMq;
  const opened = openEngines("chaos.test.ts");
  beforeAll(async () => {
    broker = await startRabbitMq();
  }, 120_000);
  afterAll(async () => {
    await broker[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  }, 120_000);

  for (const engine of engines) {
    describeWithEngine(engine, `records on ${engine}`, () => {
      test("every event takes effect exactly once", { timeout: bound + 60_000 }, async () => {
        const space = await opened.engines(engine);
        const environment = { ...process.env, ...space.environment };
        Object.assign(process.env, space.environment);
        const result = await runChaos({
          engine,
          prefix: space.name("chaos-"),
          run: `${engine}${seed}`,
          rabbitMqUrl: broker.url,
          records: records[engine],
          kills,
          processes: isFull ? 2 : 1,
          seed,
          environment,
          broker,
          bound,
        });
        results.set(engine, result);
        expect(result).toMatchObject({
          written: records[engine],
          kills,
          lost: 0,
          doubled: 0,
          dead: 0,
          faults: [],
        });
      });
    });
  }
});

function table(rows: ReadonlyMap<ChaosEngine, ChaosResult>): string {
  const heads = [
    "engine",
    "written",
    "kills",
    "writer",
    "relay",
    "consumer",
    "broker",
    "repeated",
    "lost",
    "doubled",
    "seconds",
  ];
  const cells = [...rows].map(
    ([engine, { kills: by, written, repeated, lost, doubled, seconds }]) => {
      const all = by.writer + by.relay + by.consumer + by.broker;
      return [
        engine,
        written,
        all,
        by.writer,
        by.relay,
        by.consumer,
        by.broker,
        repeated,
        lost,
        doubled,
        seconds,
      ];
    },
  );
  return [heads, ...cells]
    .map((row) => row.map((cell) => String(cell).padEnd(10)).join(""))
    .join("\n");
}

function print(text: string): void {
  process.stdout.write(`\n${text}\n`);
}
