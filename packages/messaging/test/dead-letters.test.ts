import {
  DomainEvent,
  EventBus,
  type LetterProgress,
  type MessagingDriver,
  type Observation,
} from "@plinth/messaging";
import { memoryMessaging } from "@plinth/messaging/memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

class LampLit extends DomainEvent({
  name: "lamps.lamp-lit",
  schema: z.object({ lampId: z.string() }),
  key: "lampId",
}) {}

let bus: EventBus;
let driver: MessagingDriver;
let isFailing: boolean;
let handled: string[];

beforeEach(async () => {
  isFailing = true;
  handled = [];
  driver = memoryMessaging();
  let count = 0;
  bus = new EventBus(driver, { source: "lamps", newId: () => `id-${(count += 1)}` });
  await bus.open();
  await bus.subscribe("lights", {
    events: [LampLit],
    concurrency: 1,
    retry: { delays: [] },
    handler: {
      handle: ({ data }) => {
        if (isFailing) throw new Error(`no lamp ${data.lampId}`);
        handled.push(data.lampId);
      },
    },
  });
});
afterEach(() => bus.close());

async function seen(kind: Observation["kind"], count: number): Promise<void> {
  const sums = { dead_lettered: "deadLettered", handled: "handled" } as const;
  const sum = sums[kind as keyof typeof sums];
  await expect.poll(() => bus.counters[sum]).toBe(count);
}

async function bury(count: number): Promise<void> {
  await bus.publish(Array.from({ length: count }, (_, n) => new LampLit({ lampId: `${n + 1}` })));
  await seen("dead_lettered", count);
}

describe("dead letters", () => {
  test("are counted, listed oldest first, in parts", async () => {
    await bury(5);
    expect(await bus.deadLetters.count("lights")).toBe(5);
    const ids = async (options?: object): Promise<string[]> =>
      (await bus.deadLetters.list("lights", options)).map(({ id }) => id);
    expect(await ids()).toEqual(["id-1", "id-2", "id-3", "id-4", "id-5"]);
    expect(await ids({ limit: 2 })).toEqual(["id-1", "id-2"]);
    expect(await ids({ limit: 2, offset: 3 })).toEqual(["id-4", "id-5"]);
    expect(await ids({ offset: 5 })).toEqual([]);
    expect(await bus.deadLetters.count("lights")).toBe(5);
  });

  test("are inspected with the event and the reason", async () => {
    await bury(2);
    expect(await bus.deadLetters.inspect("lights", "id-2")).toEqual({
      id: "id-2",
      type: "lamps.lamp-lit",
      key: "2",
      envelope: expect.objectContaining({ source: "lamps", data: { lampId: "2" } }),
      text: expect.stringContaining('"lampId":"2"'),
      reason: {
        code: "internal",
        message: "Error: no lamp 2",
        attempts: 1,
        at: expect.any(Number),
      },
    });
  });

  test("are replayed one by one", async () => {
    await bury(3);
    isFailing = false;
    await bus.deadLetters.replay("lights", "id-2");
    await seen("handled", 1);
    expect(handled).toEqual(["2"]);
    const left = await bus.deadLetters.list("lights");
    expect(left.map(({ id }) => id)).toEqual(["id-1", "id-3"]);
  });

  test("are removed one by one", async () => {
    await bury(2);
    await bus.deadLetters.remove("lights", "id-1");
    const left = await bus.deadLetters.list("lights");
    expect(left.map(({ id }) => id)).toEqual(["id-2"]);
    expect(handled).toEqual([]);
  });

  test("are replayed all, with progress", async () => {
    await bury(3);
    isFailing = false;
    const steps: LetterProgress[] = [];
    const onProgress = (step: LetterProgress): void => void steps.push(step);
    const end = await bus.deadLetters.replayAll("lights", { onProgress });
    expect(end).toEqual({ visited: 3, changed: 3, total: 3 });
    expect(steps).toEqual([1, 2, 3].map((n) => ({ visited: n, changed: n, total: 3 })));
    await seen("handled", 3);
    expect(handled).toEqual(["1", "2", "3"]);
    expect(await bus.deadLetters.count("lights")).toBe(0);
  });

  test("are replayed or removed as a filter says", async () => {
    await bury(4);
    const end = await bus.deadLetters.removeAll("lights", {
      filter: ({ envelope }) => Number(envelope?.data["lampId"]) % 2 === 0,
    });
    expect(end).toEqual({ visited: 4, changed: 2, total: 4 });
    const left = await bus.deadLetters.list("lights");
    expect(left.map(({ id }) => id)).toEqual(["id-1", "id-3"]);
  });

  test("that die again are left for the next time", async () => {
    await bury(3);
    expect(await bus.deadLetters.replayAll("lights")).toMatchObject({ changed: 3 });
    await seen("dead_lettered", 6);
    expect(await bus.deadLetters.count("lights")).toBe(3);
  });

  test("stay where a callback fails, and its error is not taken for the broker's", async () => {
    await bury(3);
    const fault = new Error("a faulty filter");
    const filter = ({ id }: { readonly id: string }): boolean => {
      if (id === "id-2") throw fault;
      return true;
    };
    await expect(bus.deadLetters.removeAll("lights", { filter })).rejects.toBe(fault);
    const left = await bus.deadLetters.list("lights");
    expect(left.map(({ id }) => id)).toEqual(["id-2", "id-3"]);
  });

  test("are left where the caller stops", async () => {
    await bury(3);
    const stop = new AbortController();
    const removing = bus.deadLetters.removeAll("lights", {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(removing).rejects.toBeDefined();
    expect(await bus.deadLetters.count("lights")).toBe(1);
  });
});

describe("it is refused", () => {
  test.each(["inspect", "replay", "remove"] as const)("to %s what there is not", async (method) => {
    await bury(1);
    await expect(bus.deadLetters[method]("lights", "id-9")).rejects.toMatchObject({
      code: "not_found",
      message: 'Subscription "lights" has no dead letter with the id "id-9".',
    });
    expect(await bus.deadLetters.count("lights")).toBe(1);
  });

  test.each([{ limit: 0 }, { limit: 1_001 }, { limit: 1.5 }, { offset: -1 }, { offset: 0.5 }])(
    "to list with %j",
    async (options) => {
      await expect(bus.deadLetters.list("lights", options)).rejects.toMatchObject({
        code: "invalid_argument",
      });
    },
  );

  test("to look for a subscription of an impossible name", async () => {
    await expect(bus.deadLetters.count("#")).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("to look anywhere while the broker is closed", async () => {
    await bus.close();
    await expect(bus.deadLetters.count("lights")).rejects.toMatchObject({
      code: "failed_precondition",
    });
  });
});
