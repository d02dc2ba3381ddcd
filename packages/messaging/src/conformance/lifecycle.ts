import { FailedPreconditionError } from "@plinth/core/errors";
import { expect } from "vitest";
import { EventBus } from "../bus/event-bus.ts";
import { happenedAs } from "./happened-as.ts";
import { gate, type Probe } from "./probe.ts";
import type { Suite } from "./suite.ts";

/** How a driver and its bus begin and end. */
export function describeLifecycle(suite: Suite): void {
  suite.test(
    "what is asked of a closed driver rejects at once with failed_precondition",
    async () => {
      const { driver } = await suite.another();
      const probe = await suite.consume({ types: [suite.fresh()] }, undefined, driver);
      await driver.close();
      const box = { subscription: probe.name, kind: "dead" } as const;
      const given = { name: "closed", onConnection: () => undefined, onError: () => undefined };
      const calls = {
        subscribe: () => driver.subscribe(probe.definition, async () => ({ kind: "done" })),
        "subscribe in order": async () => {
          if (!driver.capabilities.ordered) throw new FailedPreconditionError("It has no order.");
          const definition = { ...probe.definition, name: suite.fresh(), ordered: true };
          await driver.subscribe(definition, async () => ({ kind: "done" }));
        },
        publish: () => driver.publish([suite.message(suite.fresh())], {}),
        count: async () => {
          if (driver.letters === undefined) throw new FailedPreconditionError("It has no letters.");
          await driver.letters.count(box);
        },
        open: () => driver.open(given),
      };
      for (const [name, call] of Object.entries(calls)) {
        const error = await Promise.resolve()
          .then<unknown>(call)
          .then(
            () => undefined,
            (raw: unknown) => raw,
          );
        expect(driver.errorCode(error), name).toBe("failed_precondition");
      }
    },
  );

  suite.test("a driver is opened once; the second call changes nothing", async () => {
    const type = suite.fresh();
    const { driver } = await suite.another();
    const again = driver.open({
      name: "again",
      onConnection: () => undefined,
      onError: () => undefined,
    });
    const error = await again.then(
      () => undefined,
      (raw: unknown) => raw,
    );
    expect(driver.errorCode(error)).toBe("failed_precondition");
    const probe = await suite.consume({ types: [type] }, undefined, driver);
    await driver.publish([suite.message(type)], {});
    await probe.count(1);
  });

  suite.test("a driver that is closed while it opens ends up closed", async () => {
    const driver = await suite.options.createDriver();
    const opening = driver.open({
      name: "closed meanwhile",
      onConnection: () => undefined,
      onError: () => undefined,
    });
    const opened = opening.catch(() => undefined);
    await driver.close();
    await opened;
    await expect(driver.publish([suite.message(suite.fresh())], {})).rejects.toBeDefined();
  });

  suite.test("a bus is opened once, and closing it closes what was opened", async () => {
    const bus = await suite.bus();
    await expect(bus.open()).rejects.toMatchObject({ code: "failed_precondition" });
    await bus.ping();
    await bus.close();
    await expect(bus.open()).rejects.toMatchObject({ code: "failed_precondition" });
    const early = new EventBus(await suite.options.createDriver(), { source: "suite" });
    const opening = Promise.allSettled([early.open(), early.open()]);
    await early.close();
    for (const { status } of await opening) expect(status).toBe("rejected");
  });

  suite.test(
    "a bus takes no subscription before it is open, when it drains, or closed",
    async () => {
      const Happened = happenedAs(suite.fresh("suite.happened"));
      const subscribe = (bus: EventBus, ordered = false): Promise<unknown> =>
        bus.subscribe(suite.fresh(), {
          events: [Happened],
          ordered: ordered && bus.driver.capabilities.ordered,
          handler: { handle: () => undefined },
        });
      const refused = { code: "failed_precondition" };
      const bus = new EventBus(await suite.options.createDriver(), { source: "suite" });
      await expect(subscribe(bus)).rejects.toMatchObject(refused);
      await bus.open();
      await subscribe(bus);
      await bus.drain();
      await expect(subscribe(bus)).rejects.toMatchObject(refused);
      await bus.close();
      await expect(subscribe(bus)).rejects.toMatchObject(refused);
      await expect(subscribe(bus, true)).rejects.toMatchObject(refused);
    },
  );

  suite.testWith("ordered")(
    "what waits in order outlasts any number of orderly restarts, and stays in order",
    async () => {
      const [type, restarts] = [suite.fresh(), 24];
      const definition = { types: [type], ordered: true, concurrency: 1, name: suite.fresh() };
      const first = await suite.consume(definition);
      await first.close();
      const messages = Array.from({ length: 40 }, () => suite.message(type, { key: "k" }));
      await suite.publish(...messages);
      const probes: Probe[] = [];
      for (let restart = 0; restart < restarts; restart += 1) {
        const { driver } = await suite.another();
        const finish = gate();
        const receive = async () => {
          await finish.opened;
          return { kind: "done" } as const;
        };
        const probe = await suite.consume(definition, receive, driver);
        probes.push(probe);
        await probe.count(1);
        const drained = probe.drain();
        finish.open();
        await drained;
        await driver.close();
      }
      const last = await suite.consume(definition);
      probes.push(last);
      await last.count(messages.length - restarts);
      const received = probes.flatMap((probe) => probe.received);
      expect(received.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
      // The bus assumes that an event ends its process if it was lost 20 times.
      for (const { lostDeliveries = 0 } of received) expect(lostDeliveries).toBeLessThan(20);
    },
  );
}
