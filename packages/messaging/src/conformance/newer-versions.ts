import { expect } from "vitest";
import { z } from "zod";
import type { AnyDomainEvent } from "../events/event-definition.ts";
import { DomainEvent } from "../events/domain-event.ts";
import { happenedAs } from "./happened-as.ts";
import type { Suite } from "./suite.ts";
import { Watch } from "./watch.ts";

/** Events of a version that a consumer does not know yet, as during a deployment. */
export function describeNewerVersions(suite: Suite, delays: readonly number[]): void {
  const testLetters = suite.testWith("letters");

  testLetters("an event of a newer version waits for a process that knows it", async () => {
    const [older, newer] = [await suite.bus(), await suite.bus()];
    const watch = new Watch(older, suite.patience);
    const name = suite.fresh();
    const type = suite.fresh("suite.lit");
    const Older = DomainEvent({ name: type, schema: z.object({ step: z.number() }) });
    const Newer = happenedAs(type);
    const handled: AnyDomainEvent[] = [];
    const handler = { handle: (event: AnyDomainEvent) => void handled.push(event) };
    const many = { delays: Array<number>(20).fill(100) };
    const first = await older.subscribe(name, { events: [Older], handler, retry: many });
    await newer.publish(new Newer({ thingId: "a", step: 1 }));
    await watch.count("deferred", 2);
    await first.drain();
    await first.close();
    const known = new Watch(newer, suite.patience);
    await newer.subscribe(name, { events: [Newer], handler, retry: many });
    const [{ delivery } = { delivery: undefined }] = await known.count("handled", 1);
    expect(delivery?.attempt).toBeGreaterThan(2);
    expect(handled.map(({ data }) => data)).toEqual([{ thingId: "a", step: 1 }]);
    expect(await newer.deadLetters.count(name)).toBe(0);
    await newer.publish(new Newer({ thingId: "a", step: 2 }));
    await known.count("handled", 2);
  });

  testLetters("one that no process knows is a dead letter after its delays", async () => {
    const bus = await suite.bus();
    const watch = new Watch(bus, suite.patience);
    const name = suite.fresh();
    const type = suite.fresh("suite.lit");
    const Older = DomainEvent({ name: type, schema: z.object({ step: z.number() }) });
    const handler = { handle: () => undefined };
    await bus.subscribe(name, { events: [Older], handler, retry: { delays } });
    await bus.publish(new (happenedAs(type))({ thingId: "a", step: 1 }));
    const [dead] = await watch.count("dead_lettered", 1);
    expect(dead?.reason).toMatchObject({ code: "failed_precondition", attempts: 3 });
    expect(bus.counters).toMatchObject({ retried: 2, delivered: 0 });
  });
}
