import { createContext, currentContext, runWithContext } from "@plinth/core";
import { parseTraceparent } from "@plinth/core/transport";
import { AbortedError, InvalidArgumentError } from "@plinth/core/errors";
import { expect } from "vitest";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import type { Delivery } from "../subscriptions/event-handler.ts";
import { happenedAs } from "./happened-as.ts";
import { describeNewerVersions } from "./newer-versions.ts";
import { gate } from "./probe.ts";
import type { Suite } from "./suite.ts";
import { Watch } from "./watch.ts";

/** The event bus over the driver: what users of both see. */
export function describeBus(suite: Suite): void {
  const testLetters = suite.testWith("letters");
  const delays = [10, 30];

  suite.test("an event is handled as what it was, in the context that it arose in", async () => {
    const bus = await suite.bus();
    const watch = new Watch(bus, suite.patience);
    class Lit extends happenedAs(suite.fresh("suite.lit")) {
      get isFirst(): boolean {
        return this.data.step === 1;
      }
    }
    const contexts: ReturnType<typeof currentContext>[] = [];
    const deliveries: [Lit, Delivery][] = [];
    const name = suite.fresh();
    await bus.subscribe(name, {
      events: [Lit],
      handler: {
        handle: (event, delivery) => {
          contexts.push(currentContext());
          deliveries.push([event, delivery]);
        },
      },
    });
    const context = createContext({ parent: null, requestId: "request-1" });
    const event = new Lit({ thingId: "a", step: 1 });
    await runWithContext(context, () => bus.publish(event));
    await watch.count("handled", 1);
    const [[received, delivery] = []] = deliveries;
    expect(received).toBeInstanceOf(Lit);
    expect(received?.data).toEqual({ thingId: "a", step: 1 });
    expect(received?.isFirst).toBe(true);
    expect(delivery).toMatchObject({
      source: "suite",
      type: Lit.definition.name,
      key: "a",
      correlationId: "request-1",
      attempt: 1,
      redelivered: false,
      subscription: name,
    });
    const traceOf = (traceparent: string | undefined): string | undefined =>
      parseTraceparent(traceparent)?.traceId;
    expect(contexts[0]?.requestId).toBe("request-1");
    expect(traceOf(contexts[0]?.traceparent)).toBe(traceOf(context.traceparent));
    expect(contexts[0]?.principal).toBeUndefined();
  });

  testLetters("invalid JSON goes to the dead letters, without a retry", async () => {
    const bus = await suite.bus();
    const watch = new Watch(bus, suite.patience);
    const Lit = happenedAs(suite.fresh("suite.lit"));
    const handled: AnyDomainEvent[] = [];
    const name = suite.fresh();
    const handler = { handle: (event: AnyDomainEvent) => void handled.push(event) };
    await bus.subscribe(name, { events: [Lit], handler, retry: { delays } });
    const body = new TextEncoder().encode('{"specversion": "1.0", "secret": ');
    const { name: type } = Lit.definition;
    await suite.publish(suite.message(type, { body, id: "broken-1" }));
    await bus.publish(new Lit({ thingId: "a", step: 1 }));
    await watch.count("dead_lettered", 1);
    await watch.count("handled", 1);
    expect(handled).toHaveLength(1);
    await suite.eventually(async () => {
      const letters = await bus.deadLetters.list(name);
      expect(letters).toEqual([
        {
          id: "broken-1",
          type,
          key: undefined,
          envelope: undefined,
          text: '{"specversion": "1.0", "secret": ',
          reason: expect.objectContaining({ code: "invalid_argument", attempts: 1 }),
        },
      ]);
      expect(letters[0]?.reason.message).not.toContain("secret");
    });
    expect(bus.counters).toMatchObject({ retried: 0, deadLettered: 1, handled: 1 });
  });

  describeNewerVersions(suite, delays);

  testLetters("data that do not fit, or that no event may hold, die at once", async () => {
    const bus = await suite.bus();
    const watch = new Watch(bus, suite.patience);
    const Lit = happenedAs(suite.fresh("suite.lit"));
    const name = suite.fresh();
    const handled: AnyDomainEvent[] = [];
    const handler = { handle: (event: AnyDomainEvent) => void handled.push(event) };
    await bus.subscribe(name, { events: [Lit], handler, retry: { delays }, concurrency: 1 });
    const good = bus.envelope(new Lit({ thingId: "a", step: 1 }));
    const as = (change: object): Promise<void> => {
      const envelope = { ...good, id: crypto.randomUUID(), ...change };
      return suite.publish(
        suite.message(good.type, {
          id: envelope.id,
          body: new TextEncoder().encode(JSON.stringify(envelope)),
        }),
      );
    };
    await as({ data: { thingId: 7, step: 1 } });
    await as({ data: { thingId: "a", step: 1, deep: { constructor: { prototype: 1 } } } });
    await as({ type: "suite.other" });
    await as({ specversion: "0.3" });
    await as({ dataversion: 1, data: { thingId: "old" } });
    const dead = await watch.count("dead_lettered", 4);
    await watch.count("handled", 1);
    expect(dead.map(({ reason }) => reason.code)).toEqual([
      "data_loss",
      "invalid_argument",
      "invalid_argument",
      "invalid_argument",
    ]);
    expect(handled.map(({ data }) => data)).toEqual([{ thingId: "old", step: 0 }]);
    await suite.eventually(async () => expect(await bus.deadLetters.count(name)).toBe(4));
  });

  testLetters("an unknown type goes to the skipped letters, and can be replayed", async () => {
    const bus = await suite.bus();
    const watch = new Watch(bus, suite.patience);
    const Known = happenedAs(suite.fresh("suite.known"));
    const Gone = happenedAs(suite.fresh("suite.gone"));
    const name = suite.fresh();
    const handled: AnyDomainEvent[] = [];
    const handler = { handle: (event: AnyDomainEvent) => void handled.push(event) };
    const both = await bus.subscribe(name, { events: [Known, Gone], handler });
    await both.close();
    const one = await bus.subscribe(name, { events: [Known], handler });
    await bus.publish([new Gone({ thingId: "a", step: 1 }), new Known({ thingId: "a", step: 2 })]);
    await watch.count("skipped", 1);
    await watch.count("handled", 1);
    expect(bus.counters).toMatchObject({ skipped: 1, deadLettered: 0, retried: 0 });
    await suite.eventually(async () => {
      const [letter] = await bus.skippedLetters.list(name);
      expect(letter).toMatchObject({
        type: Gone.definition.name,
        reason: { code: "unimplemented" },
      });
    });
    await one.close();
    await bus.subscribe(name, { events: [Known, Gone], handler });
    await bus.skippedLetters.replayAll(name);
    await watch.count("handled", 2);
    expect(handled.map(({ type }) => type)).toEqual([Known.definition.name, Gone.definition.name]);
  });

  testLetters(
    "a failing handler gets its retries, then a dead letter; replay delivers",
    async () => {
      const bus = await suite.bus();
      const watch = new Watch(bus, suite.patience);
      const Lit = happenedAs(suite.fresh("suite.lit"));
      const name = suite.fresh();
      let failing = true;
      const attempts: number[] = [];
      const times: number[] = [];
      await bus.subscribe(name, {
        events: [Lit],
        retry: { delays },
        handler: {
          handle: (_event, { attempt }) => {
            attempts.push(attempt);
            times.push(performance.now());
            if (failing) throw new AbortedError("The lamp is not there yet.");
          },
        },
      });
      await bus.publish(new Lit({ thingId: "a", step: 1 }));
      const [{ reason, id } = { reason: undefined, id: "" }] = await watch.count(
        "dead_lettered",
        1,
      );
      expect(attempts).toEqual([1, 2, 3]);
      for (const [n, delay] of delays.entries()) {
        expect(times[n + 1]! - times[n]!).toBeGreaterThanOrEqual(delay - 2);
      }
      expect(reason).toMatchObject({
        code: "aborted",
        message: "The lamp is not there yet.",
        attempts: 3,
      });
      await suite.eventually(async () => {
        expect(await bus.deadLetters.inspect(name, id)).toMatchObject({
          id,
          key: "a",
          reason,
          envelope: { type: Lit.definition.name, data: { thingId: "a", step: 1 } },
        });
      });
      failing = false;
      await bus.deadLetters.replay(name, id);
      const [{ delivery } = { delivery: undefined }] = await watch.count("handled", 1);
      expect(delivery).toMatchObject({ id, attempt: 1, redelivered: true });
      await suite.eventually(async () => expect(await bus.deadLetters.count(name)).toBe(0));
    },
  );

  testLetters("a handler may say that no attempt will do better", async () => {
    const bus = await suite.bus();
    const watch = new Watch(bus, suite.patience);
    const Lit = happenedAs(suite.fresh("suite.lit"));
    await bus.subscribe(suite.fresh(), {
      events: [Lit],
      retry: { delays, giveUp: (error) => error instanceof InvalidArgumentError },
      handler: {
        handle: () => {
          throw new InvalidArgumentError("There are no such lamps.");
        },
      },
    });
    await bus.publish(new Lit({ thingId: "a", step: 1 }));
    const [dead] = await watch.count("dead_lettered", 1);
    expect(dead?.reason).toMatchObject({ code: "invalid_argument", attempts: 1 });
    expect(bus.counters.retried).toBe(0);
  });

  suite.test(
    "the signal of a handler beyond its timeout is aborted, and its event is redelivered",
    async () => {
      const bus = await suite.bus();
      const watch = new Watch(bus, suite.patience);
      const Lit = happenedAs(suite.fresh("suite.lit"));
      const signals: AbortSignal[] = [];
      const never = gate();
      await bus.subscribe(suite.fresh(), {
        events: [Lit],
        timeout: 50,
        concurrency: 1,
        retry: { delays },
        handler: {
          handle: async (event, { signal, attempt }) => {
            if (event.data.step !== 1 || attempt > 1) return;
            signals.push(signal);
            await never.opened;
          },
        },
      });
      await bus.publish([new Lit({ thingId: "a", step: 1 }), new Lit({ thingId: "b", step: 2 })]);
      const [retried] = await watch.count("retried", 1);
      const handled = await watch.count("handled", 2);
      never.open();
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
      expect(retried).toMatchObject({ code: "deadline_exceeded", delay: delays[0] });
      const attempts = handled.map(({ delivery }) => `${delivery.key} ${delivery.attempt}`);
      expect(attempts.toSorted()).toEqual(["a 2", "b 1"]);
    },
  );

  suite.test("what a process that ends was handling is handled by another", async () => {
    const [first, second] = [await suite.bus(), await suite.bus()];
    const watches = [new Watch(first, suite.patience), new Watch(second, suite.patience)];
    const Lit = happenedAs(suite.fresh("suite.lit"));
    const name = suite.fresh();
    const never = gate();
    await first.subscribe(name, { events: [Lit], handler: { handle: () => never.opened } });
    await second.publish(new Lit({ thingId: "a", step: 1 }));
    await watches[0]?.count("delivered", 1);
    await first.close();
    await second.subscribe(name, { events: [Lit], handler: { handle: () => undefined } });
    const [handled] = (await watches[1]?.count("handled", 1)) ?? [];
    never.open();
    expect(handled?.delivery).toMatchObject({ attempt: 1, redelivered: true });
  });

  suite.test(
    "on the way down handlers finish, and nothing is acknowledged unfinished",
    async () => {
      const [first, second] = [await suite.bus(), await suite.bus()];
      const watches = [new Watch(first, suite.patience), new Watch(second, suite.patience)];
      const Lit = happenedAs(suite.fresh("suite.lit"));
      const name = suite.fresh();
      const finish = gate();
      const options = { events: [Lit], concurrency: 3, retry: { delays } } as const;
      await first.subscribe(name, {
        ...options,
        handler: {
          handle: async ({ data }, { signal }) => {
            if (data.step < 2) return finish.opened;
            // The signals of two of the three are aborted; one of the handlers ignores it.
            await new Promise((_resolve, reject) => {
              signal.addEventListener("abort", () => reject(signal.reason as Error));
            });
          },
        },
      });
      const events = [1, 2, 3].map((step) => new Lit({ thingId: `thing-${step}`, step }));
      await second.publish(events);
      await watches[0]?.count("delivered", 3);
      const timeIsOver = new AbortController();
      const draining = first.drain({ signal: timeIsOver.signal });
      finish.open();
      await watches[0]?.count("handled", 1);
      timeIsOver.abort();
      await draining;
      await first.close();
      expect(first.counters).toMatchObject({ handled: 1, released: 2, retried: 0, handling: 0 });
      await second.subscribe(name, { ...options, handler: { handle: () => undefined } });
      const handled = (await watches[1]?.count("handled", 2)) ?? [];
      expect(
        handled.map(({ delivery }) => `${delivery.key} ${delivery.attempt}`).toSorted(),
      ).toEqual(["thing-2 1", "thing-3 1"]);
    },
  );
}
