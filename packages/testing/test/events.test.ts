import { type Binding, injectable } from "@plinth/core";
import {
  type Delivery,
  DomainEvent,
  EventBus,
  bindEventBus,
  bindSubscription,
} from "@plinth/messaging";
import { MemoryBroker, memoryMessaging } from "@plinth/messaging/memory";
import { describe, expect } from "vitest";
import { z } from "zod";
// oxlint-disable-next-line import/no-unassigned-import -- this is how a set-up file registers them
import "../src/matchers/index.ts";
import { faultyMessaging, mockOf, test as base, watchEvents } from "../src/index.ts";

class LampLit extends DomainEvent({
  name: "lamps.lamp-lit",
  schema: z.object({ lampId: z.string(), watts: z.number() }),
  key: "lampId",
}) {}

class LampOut extends DomainEvent({
  name: "lamps.lamp-out",
  schema: z.object({ lampId: z.string() }),
}) {}

class Meter {
  constructor(private readonly bus: EventBus) {}
  async handle({ data }: LampLit, { attempt }: Delivery): Promise<void> {
    if (data.lampId === "never" || (data.lampId === "later" && attempt === 1)) {
      throw new Error("The meter is stuck.");
    }
    if (data.watts > 100) await this.bus.publish(new LampOut({ lampId: data.lampId }));
  }
}
injectable(Meter, [EventBus]);

const metering = bindSubscription("meter.lamps", {
  events: [LampLit],
  handler: Meter,
  retry: { delays: [1] },
});
const inMemory: Binding = bindEventBus(() => memoryMessaging());

const test = base.extend("bindings", () => [inMemory, metering]);

const lit = (lampId: string, watts = 40): LampLit => new LampLit({ lampId, watts });

describe("what is published and handled", () => {
  test("is there to be asked for, by class and by data", async ({ app, events }) => {
    await app.get(EventBus).publish([lit("desk"), lit("hall", 60)]);
    expect(events.published.of(LampLit)).toHaveLength(2);
    const [hall] = events.published.of(LampLit, { watts: 60 });
    expect(hall?.event).toBeInstanceOf(LampLit);
    expect(hall?.event.data.lampId).toBe("hall");
    expect(events.published.of(LampLit, ({ event }) => event.data.watts > 60)).toEqual([]);
    expect(events.published.of(LampOut)).toEqual([]);
    expect(events.published.all.map(({ type }) => type)).toEqual([
      "lamps.lamp-lit",
      "lamps.lamp-lit",
    ]);
  });

  test("is waited for, before and after it happened", async ({ app, events }) => {
    const handled = events.handled.first(LampLit, { lampId: "hall" });
    const both = events.handled.atLeast(2, LampLit);
    await app.get(EventBus).publish([lit("desk"), lit("hall")]);
    expect(await handled).toMatchObject({ subscription: "meter.lamps", type: "lamps.lamp-lit" });
    expect((await both).map(({ event }) => event.data.lampId).toSorted()).toEqual(["desk", "hall"]);
    const again = await events.handled.first(LampLit, { lampId: "hall" });
    expect(again.id).toBe((await handled).id);
  });

  test("says what came instead, when it does not come", async ({ app, events }) => {
    await app.get(EventBus).publish(lit("desk"));
    const waiting = events.published.first(LampOut, { lampId: "desk" }, { timeout: 1 });
    await expect(waiting).rejects.toThrow(
      'Waited 1 ms for 1 of "lamps.lamp-out" with {"lampId":"desk"} to be published, and there were 0. In all 1 of "lamps.lamp-lit" were published.',
    );
    await expect(waiting).rejects.toHaveProperty(
      "stack",
      expect.stringContaining("events.test.ts"),
    );
  });

  test("a question that throws is the failure of the wait", async ({ app, events }) => {
    const waiting = events.published.first(LampLit, () => {
      throw new Error("no such question");
    });
    await Promise.all([
      expect(waiting).rejects.toThrow("no such question"),
      app.get(EventBus).publish(lit("desk")),
    ]);
  });

  test("is over when the bus is idle, with what handlers publish", async ({ app, events }) => {
    await app.get(EventBus).publish([lit("hall", 150), lit("desk")]);
    await events.idle();
    expect(events.handled.of(LampLit)).toHaveLength(2);
    expect(events).toHavePublished(LampOut, { lampId: "hall" });
    expect(events).not.toHavePublished(LampOut, { lampId: "desk" });
  });

  test("is kept apart by how it ended", async ({ app, events }) => {
    await app.get(EventBus).publish([lit("later"), lit("never")]);
    const dead = await events.deadLettered.first(LampLit);
    expect(dead).toMatchObject({ subscription: "meter.lamps", reason: { attempts: 2 } });
    expect(dead.error).toEqual(new Error("The meter is stuck."));
    await events.handled.first(LampLit, { lampId: "later" });
    expect(events.retried.of(LampLit).map(({ delay }) => delay)).toEqual([1, 1]);
    events.clear();
    expect(events.retried.all).toEqual([]);
  });

  test("is not watched any more after the watch", async ({ app }) => {
    const bus = app.get(EventBus);
    const watch = await watchEvents(bus);
    await bus.publish(lit("desk"));
    watch[Symbol.dispose]();
    await bus.publish(lit("hall"));
    expect(watch.published.of(LampLit).map(({ event }) => event.data.lampId)).toEqual(["desk"]);
  });
});

describe("toHavePublished", () => {
  test("compares what is given, and shows the nearest", async ({ app, events }) => {
    await app.get(EventBus).publish([lit("desk", 40), lit("hall", 60)]);
    expect(events).toHavePublished(LampLit);
    expect(events).toHavePublished(LampLit, { lampId: /^ha/ });
    expect(events).not.toHavePublished(LampLit, { lampId: /^ha/, watts: 40 });
    try {
      expect(events).toHavePublished(LampLit, { lampId: "hall", watts: 41 });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        message: expect.stringMatching(/expected .*lamps\.lamp-lit.*Published under that name/s),
        actual: { lampId: "hall", watts: 60 },
        expected: { lampId: "hall", watts: 41 },
      });
    }
    expect(() => expect(events).toHavePublished(LampOut)).toThrow(
      'expected "lamps.lamp-out" to be published. In all 2 of "lamps.lamp-lit" were published.',
    );
    expect(() => expect(events).not.toHavePublished(LampLit)).toThrow(/published were:/);
    expect(() => expect("nothing").toHavePublished(LampLit)).toThrow(/needs the events fixture/);
  });
});

describe("without an app", () => {
  base("a bus in memory has the clock and the ids of the test", async ({ bus, clock }) => {
    using watch = await watchEvents(bus);
    await bus.publish(lit("desk"));
    const [published] = watch.published.of(LampLit);
    expect(published?.envelope.time).toBe(clock.date().toISOString());
  });

  base("a mocked bus rejects what was not stubbed, by name", async () => {
    const bus = mockOf(EventBus, { publish: async () => undefined });
    await bus.publish(lit("desk"));
    expect(bus.publish).toHaveBeenCalledWith(lit("desk"));
    await expect(mockOf(EventBus).publish(lit("desk"))).rejects.toThrow(
      "EventBus.publish was called",
    );
    // @ts-expect-error -- a misspelt method does not compile
    mockOf(EventBus, { publsh: async () => undefined });
  });
});

describe("a bus that fails on purpose", () => {
  const broken = faultyMessaging(memoryMessaging({ broker: new MemoryBroker() }));
  const failing = base.extend("bindings", () => [bindEventBus(() => broken), metering]);

  failing("refuses, loses confirmations and doubles", async ({ app, events }) => {
    const bus = app.get(EventBus);
    broken.refusePublish();
    await expect(bus.publish(lit("refused"))).rejects.toBeProblem("unavailable");
    broken.loseConfirm();
    await expect(bus.publish(lit("unconfirmed"))).rejects.toBeProblem("unavailable");
    await events.handled.first(LampLit, { lampId: "unconfirmed" });
    broken.doubleDelivery();
    await bus.publish(lit("doubled"));
    const twice = await events.handled.atLeast(2, LampLit, { lampId: "doubled" });
    expect(new Set(twice.map(({ id }) => id)).size).toBe(1);
    expect(twice[1]?.delivery.redelivered).toBe(true);
    await events.idle();
    expect(events.handled.of(LampLit, { lampId: "refused" })).toEqual([]);
  });
});
