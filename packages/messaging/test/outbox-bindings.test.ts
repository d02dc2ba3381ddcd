import { Clock, createApp, createContext, Health, runWithContext } from "@plinth/core";
import { continueTrace } from "@plinth/core/transport";
import { bindRepository, Database, bindDatabase, Repository } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { fakeClock, fakeLogger } from "@plinth/testing";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  type Delivery,
  DomainEvent,
  EventBus,
  bindEventBus,
  type EventEnvelope,
} from "../src/index.ts";
import { memoryMessaging } from "../src/memory/index.ts";
import {
  Inbox,
  bindInbox,
  Outbox,
  bindOutbox,
  OutboxRelay,
  bindOutboxRelay,
} from "../src/outbox/index.ts";

const Lamp = z.object({ lampId: z.string() });
class LampRepository extends Repository({ name: "lamps", schema: Lamp, key: ["lampId"] }) {}
class LampMade extends DomainEvent({ name: "lamps.lamp-made", schema: Lamp, key: "lampId" }) {}

class ShopConfig {
  readonly outboxTable: string = "shop-outbox";
  readonly inboxTable: string = "shop-inbox";
  readonly batch: number = 7;
}

const noon = Date.UTC(2030, 5, 1, 12);

async function startedApp() {
  const clock = fakeClock(noon);
  const app = createApp({
    name: "lamp-shop",
    config: new ShopConfig(),
    logger: fakeLogger(),
    bindings: [
      bindDatabase(() => new Database(memoryDriver(), { ensureSchema: true })),
      bindRepository(LampRepository),
      bindEventBus(() => memoryMessaging()),
      bindOutbox([ShopConfig], (config) => ({ collection: config.outboxTable })),
      bindOutboxRelay([ShopConfig], (config) => ({ batchSize: config.batch })),
      bindInbox([ShopConfig], (config) => ({ collection: config.inboxTable })),
    ],
    overrides: [(binder) => binder.bind(Clock).toValue(clock)],
  });
  await app.start();
  return { app, clock };
}

test("an app writes, relays and handles, and its event keeps the context of its writer", async () => {
  const { app, clock } = await startedApp();
  const [bus, outbox, inbox, lamps] = [
    app.get(EventBus),
    app.get(Outbox),
    app.get(Inbox),
    app.get(LampRepository),
  ];
  const published: EventEnvelope[] = [];
  bus.observe((seen) => seen.kind === "published" && published.push(seen.envelope));
  const deliveries: Delivery[] = [];
  await bus.subscribe("lamp-shop.note", {
    events: [LampMade],
    handler: {
      handle: async ({ data }, delivery) => {
        deliveries.push(delivery);
        const lampId = `${data.lampId} copy`;
        await inbox.once(delivery, () => [lamps.action.create({ lampId })]);
      },
    },
  });
  const context = createContext({ requestId: "request-1", traceparent: continueTrace() });
  await runWithContext(context, () =>
    outbox.transact([lamps.action.create({ lampId: "desk" })], new LampMade({ lampId: "desk" })),
  );
  clock.advance(5000);
  await expect.poll(() => lamps.get("desk copy")).toBeDefined();
  expect(published).toMatchObject([
    {
      source: "lamp-shop",
      type: "lamps.lamp-made",
      subject: "desk",
      time: new Date(noon).toISOString(),
      correlationid: "request-1",
      traceparent: context.traceparent,
    },
  ]);
  expect(deliveries).toMatchObject([{ correlationId: "request-1", time: noon, key: "desk" }]);
  await app.stop();
});

test("what waits is told by the report of readiness", async () => {
  const { app } = await startedApp();
  const report = await app.get(Health).readiness();
  expect(report.checks["OutboxRelay"]).toMatchObject({
    status: "up",
    details: { shards: 8, pending: 0, lag: 0, published: 0, setAside: 0 },
  });
  await app.stop();
});

test("the options of the bindings arrive, and a stopped app leaves its part to others", async () => {
  const { app } = await startedApp();
  const outbox = app.get(Outbox);
  const database = app.get(Database);
  expect(() => new Outbox(database, app.get(EventBus), { collection: "shop-inbox" })).toThrow(
    'The collection "shop-inbox" belongs to another repository',
  );
  const relay = app.get(OutboxRelay);
  expect(relay.status).toMatchObject({ shards: 8 });
  await relay.drain();
  const group = await outbox.records.get("relays");
  expect(group).toMatchObject({ members: {}, owners: {} });
  await app.stop();
});

test("an app that lacks one of these is told which function binds it", async () => {
  const app = createApp({ name: "lamp-shop", logger: fakeLogger(), bindings: [] });
  await app.start();
  for (const [token, call] of [
    [EventBus, "bindEventBus(...)"],
    [Outbox, "bindOutbox(...)"],
    [OutboxRelay, "bindOutboxRelay(...)"],
    [Inbox, "bindInbox(...)"],
  ] as const) {
    expect(() => app.get(token as typeof EventBus)).toThrow(
      `${token.name} is not bound.\n     Fix: add ${call} to the app's bindings.`,
    );
  }
  await app.stop();
});
