import { randomInt } from "node:crypto";
import { Database } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Outbox, OutboxRelay } from "../src/outbox/index.ts";
import { laggingDriver } from "./support/lagging-driver.ts";
import { type Fate, numbered, RecordingBus } from "./support/recording-bus.ts";

/** One thing that happens in the model. */
type Step =
  | { readonly kind: "write"; readonly writer: number; readonly keys: readonly number[] }
  | { readonly kind: "publish"; readonly relay: number; readonly fates: readonly Fate[] }
  | {
      readonly kind: "together";
      readonly fates: readonly Fate[];
      readonly keys: readonly number[];
    };

const keys = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 });
const fates = fc.array(fc.constantFrom<Fate>("accepted", "lost", "unanswered", "half"), {
  maxLength: 5,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), writer: fc.integer({ min: 0, max: 2 }), keys }),
  fc.record({
    kind: fc.constant("publish" as const),
    relay: fc.integer({ min: 0, max: 1 }),
    fates,
  }),
  fc.record({ kind: fc.constant("together" as const), fates, keys }),
);

interface Scenario {
  readonly steps: readonly Step[];
  /** How far the clocks of the writers are off, in milliseconds. */
  readonly skews: readonly number[];
  /** Whether an index entry lags, over and over. */
  readonly lags: readonly boolean[];
  readonly isConsistent: boolean;
  readonly batchSize: number;
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
  skews: fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 3, maxLength: 3 }),
  lags: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
  isConsistent: fc.boolean(),
  batchSize: fc.integer({ min: 1, max: 5 }),
});

test("of every key the broker first gets each event in the order of writing, with any failures and lags", async () => {
  await fc.assert(fc.asyncProperty(scenario, runScenario), {
    numRuns: Number(process.env["PLINTH_ORDER_RUNS"] ?? 100),
  });
}, 120_000);

async function runScenario({ steps, skews, lags, isConsistent, batchSize }: Scenario) {
  let asked = 0;
  let isQuiet = false;
  const isLagging = (): boolean => !isQuiet && lags[(asked += 1) % lags.length] === true;
  const driver = isConsistent ? memoryDriver() : laggingDriver(memoryDriver(), isLagging);
  const database = new Database(driver);
  const bus = new RecordingBus();
  const writers = skews.map(
    (skew) => new Outbox(database, bus, { clock: () => Date.now() + skew }),
  );
  const [first] = writers as [Outbox];
  // The clock of the second one makes it believe that the first one is dead, which goes on all the
  // same: leases only save work.
  const relays: OutboxRelay[] = [];
  for (const skew of [0, 3_600_000]) {
    const clock = (): number => Date.now() + skew;
    const relay = new OutboxRelay(first, bus, { batchSize, pollInterval: 1_000_000, clock });
    await relay.start();
    expect(relay.status).toMatchObject({ shards: 8 });
    relays.push(relay);
  }
  const written = new Map<number, number[]>();
  let number = 0;
  const events = (chosen: readonly number[]) =>
    chosen.map((key) => {
      number += 1;
      written.set(key, [...(written.get(key) ?? []), number]);
      return numbered(number, `key ${key}`);
    });
  const publish = async (relay: number, ends: readonly Fate[]): Promise<void> => {
    const left = [...ends];
    bus.fate = () => left.shift() ?? "accepted";
    await relays[relay]?.flush().catch(() => undefined);
  };
  for (const each of steps) {
    if (each.kind === "write") await writers[each.writer]?.publish(events(each.keys));
    else if (each.kind === "publish") await publish(each.relay, each.fates);
    else {
      await Promise.all([
        publish(0, each.fates),
        publish(1, each.fates),
        writers[0]?.publish(events(each.keys)),
      ]);
    }
  }
  isQuiet = true;
  bus.fate = () => "accepted";
  for (const relay of [...relays, ...relays]) await relay.flush();
  for (const [key, numbers] of written) expect(bus.numbersOf(`key ${key}`)).toEqual(numbers);
  expect(bus.different).toBe(number);
  expect(await first.backlog()).toEqual({ pending: 0, setAside: 0 });
  await Promise.all(relays.map((relay) => relay.close()));
}

test("writers of one key on several machines, whose clocks differ, leave no gap and no double", async () => {
  const database = new Database(memoryDriver());
  const bus = new RecordingBus();
  const writers = [-60_000, 0, 3_600_000].map(
    (skew) => new Outbox(database, bus, { clock: () => Date.now() + skew }),
  );
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 60 }, async (_, number) => {
      await writers[number % writers.length]?.publish(numbered(number, "one"), { attempts: 1000 });
      order.push(number);
    }),
  );
  const [first] = writers as [Outbox];
  const relay = new OutboxRelay(first, bus, { batchSize: randomInt(1, 20) });
  await relay.start();
  await relay.flush();
  await relay.close();
  // What was answered first was written first.
  expect(bus.numbersOf("one")).toEqual(order);
  expect(bus.accepted).toHaveLength(60);
});
