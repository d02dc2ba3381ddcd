import { DomainEvent, EventBus } from "@plinth/messaging";
import { MemoryBroker, memoryMessaging } from "@plinth/messaging/memory";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";

class LampLit extends DomainEvent({
  name: "lamps.lamp-lit",
  schema: z.object({ lampId: z.string() }),
  key: "lampId",
}) {}

const begin = Date.UTC(2030, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ now: begin });
});
afterEach(() => {
  vi.useRealTimers();
});

async function openBus(broker = new MemoryBroker()): Promise<EventBus> {
  const bus = new EventBus(memoryMessaging({ broker }), { source: "lamps" });
  await bus.open();
  return bus;
}

test("retries come at the moment that the clock says, hours later in no time", async () => {
  const bus = await openBus();
  const attempts: [number, number][] = [];
  await bus.subscribe("lights", {
    events: [LampLit],
    retry: { delays: [1_000, 60_000, 3_600_000] },
    handler: {
      handle: (_event, { attempt }) => {
        attempts.push([attempt, Date.now() - begin]);
        throw new Error("never");
      },
    },
  });
  await bus.publish(new LampLit({ lampId: "a" }));
  await vi.advanceTimersByTimeAsync(0);
  expect(attempts).toEqual([[1, 0]]);
  await vi.advanceTimersByTimeAsync(999);
  expect(attempts).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(3_660_000);
  expect(attempts).toEqual([
    [1, 0],
    [2, 1_000],
    [3, 61_000],
    [4, 3_661_000],
  ]);
  const [letter] = await bus.deadLetters.list("lights");
  expect(letter?.reason).toMatchObject({ attempts: 4, at: begin + 3_661_000 });
  expect(vi.getTimerCount()).toBe(0);
});

test("a handler that hangs is given up at its time limit", async () => {
  const bus = await openBus();
  const attempts: number[] = [];
  await bus.subscribe("lights", {
    events: [LampLit],
    timeout: 30_000,
    retry: { delays: [100] },
    handler: {
      handle: (_event, { attempt }) => {
        attempts.push(attempt);
        return new Promise(() => undefined);
      },
    },
  });
  await bus.publish(new LampLit({ lampId: "a" }));
  await vi.advanceTimersByTimeAsync(30_099);
  expect(attempts).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1);
  expect(attempts).toEqual([1, 2]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await bus.deadLetters.list("lights")).toMatchObject([
    { reason: { code: "deadline_exceeded" } },
  ]);
});

test("two runs of the same are the same, delivery by delivery", async () => {
  const run = async (): Promise<string[]> => {
    vi.setSystemTime(begin);
    const broker = new MemoryBroker();
    const buses = [await openBus(broker), await openBus(broker)];
    const log: string[] = [];
    for (const [n, bus] of buses.entries()) {
      await bus.subscribe("lights", {
        events: [LampLit],
        ordered: true,
        concurrency: 3,
        retry: { delays: [70, 10] },
        handler: {
          handle: async ({ data: { lampId } }, { attempt }) => {
            log.push(`${Date.now() - begin} ${n} ${lampId} ${attempt}`);
            await new Promise((resolve) => {
              setTimeout(resolve, (lampId.length * 13) % 40);
            });
            if ((lampId.length + attempt) % 3 === 0) throw new Error("again");
          },
        },
      });
    }
    const lamps = Array.from(
      { length: 30 },
      (_, n) => new LampLit({ lampId: "x".repeat((n % 7) + 1) }),
    );
    await buses[0]?.publish(lamps);
    await vi.advanceTimersByTimeAsync(5_000);
    await Promise.all(buses.map((bus) => bus.close()));
    return log;
  };
  const first = await run();
  expect(first.length).toBeGreaterThan(30);
  expect(await run()).toEqual(first);
});

test("while the broker is stopped publishing waits, and goes through when it is back", async () => {
  const broker = new MemoryBroker();
  const bus = await openBus(broker);
  const handled: string[] = [];
  const handler = { handle: ({ data }: LampLit) => void handled.push(data.lampId) };
  await bus.subscribe("lights", { events: [LampLit], handler });
  broker.stop();
  await expect(bus.ping()).rejects.toMatchObject({ code: "unavailable" });
  const patient = bus.publish(new LampLit({ lampId: "patient" }), { timeout: 60_000 });
  const hasty = bus
    .publish(new LampLit({ lampId: "hasty" }), { timeout: 5_000 })
    .catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await hasty).toMatchObject({ code: "unavailable" });
  expect(bus.counters).toMatchObject({ publishing: 1, publishFailed: 1 });
  broker.start();
  await patient;
  await vi.advanceTimersByTimeAsync(0);
  expect(handled).toEqual(["patient"]);
  await bus.ping();
});
