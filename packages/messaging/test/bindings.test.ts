import {
  createApp,
  currentContext,
  GraphError,
  Health,
  inject,
  injectable,
  type Binding,
} from "@plinth/core";
import { DeclarationError } from "@plinth/core/errors";
import {
  type Delivery,
  DomainEvent,
  EventBus,
  bindEventBus,
  type EventHandler,
  bindSubscription,
} from "@plinth/messaging";
import { MemoryBroker, memoryMessaging } from "@plinth/messaging/memory";
import { fakeLogger } from "@plinth/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

class LampLit extends DomainEvent({
  name: "lamps.lamp-lit",
  schema: z.object({ lampId: z.string() }),
  key: "lampId",
}) {}

class LampSeen extends DomainEvent({
  name: "lamps.lamp-seen",
  schema: z.object({ lampId: z.string() }),
  key: "lampId",
}) {}

class LampConfig {
  readonly environment = "test";
}

class Journal {
  readonly lines: string[] = [];
  wait: Promise<void> = Promise.resolve();
}

@injectable()
class Answer implements EventHandler<LampLit> {
  constructor(
    @inject(Journal) private readonly journal: Journal,
    @inject(EventBus) private readonly bus: EventBus,
  ) {}

  async handle({ data }: LampLit, { source }: Delivery): Promise<void> {
    this.journal.lines.push(`begin ${data.lampId} of ${source}`);
    await this.journal.wait;
    await this.bus.publish(new LampSeen({ lampId: data.lampId }));
    this.journal.lines.push(`end ${data.lampId}`);
  }
}

@injectable()
class Note implements EventHandler<LampSeen> {
  constructor(@inject(Journal) private readonly journal: Journal) {}

  handle({ data }: LampSeen): void {
    this.journal.lines.push(`seen ${data.lampId} ${currentContext()?.requestId}`);
  }
}

const bindAnswer = bindSubscription("answers.lit", { events: [LampLit], handler: Answer });
const bindNote = bindSubscription("notes.seen", { events: [LampSeen], handler: Note });

let broker: MemoryBroker;
let journal: Journal;
beforeEach(() => {
  broker = new MemoryBroker();
  journal = new Journal();
});

const bindBus: Binding = (binder) =>
  binder.install(bindEventBus([LampConfig], () => memoryMessaging({ broker })));

const bindJournal: Binding = (binder) => binder.bind(Journal).toValue(journal);

function lampApp(bindings: readonly Binding[], stopTimeout = 5_000) {
  const logger = fakeLogger();
  const config = new LampConfig();
  return createApp({ name: "lamp app", config, bindings, logger, stopTimeout });
}

describe("an app with subscriptions", () => {
  test("handles events with injected handlers, which may publish, in the request's context", async () => {
    const app = lampApp([bindBus, bindJournal, bindAnswer, bindNote]);
    await app.start();
    const bus = app.get(EventBus);
    expect(bus.source).toBe("lamp%20app");
    await bus.publish(new LampLit({ lampId: "a" }));
    await expect.poll(() => journal.lines).toHaveLength(3);
    expect(journal.lines).toEqual([
      "begin a of lamp%20app",
      expect.stringMatching(/^(?:end a|seen a [0-9a-f-]{36})$/),
      expect.stringMatching(/^(?:end a|seen a [0-9a-f-]{36})$/),
    ]);
    await app.stop();
  });

  test("consumes nothing before all is started, and loses nothing meanwhile", async () => {
    const first = lampApp([bindBus, bindJournal, bindAnswer, bindNote]);
    await first.start();
    await first.stop();
    const publisher = lampApp([bindBus]);
    await publisher.start();
    await publisher.get(EventBus).publish(new LampLit({ lampId: "early" }));
    const order: string[] = [];
    const late: Binding = (binder) =>
      binder.bind(Journal).toResource([], {
        create: async () => {
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          order.push(`made, ${journal.lines.length} handled`);
          return journal;
        },
      });
    const second = lampApp([bindAnswer, bindNote, late, bindBus]);
    await second.start();
    await expect.poll(() => journal.lines).toHaveLength(3);
    expect(order).toEqual(["made, 0 handled"]);
    await second.stop();
    await publisher.stop();
  });

  test("finishes handlers at work before it closes anything", async () => {
    const app = lampApp([bindBus, bindJournal, bindAnswer]);
    await app.start();
    let finish = (): void => undefined;
    journal.wait = new Promise((resolve) => {
      finish = resolve;
    });
    const bus = app.get(EventBus);
    await bus.publish(new LampLit({ lampId: "a" }));
    await expect.poll(() => journal.lines).toEqual(["begin a of lamp%20app"]);
    const stopping = app.stop();
    await bus.publish(new LampLit({ lampId: "b" }));
    finish();
    await stopping;
    expect(journal.lines).toEqual(["begin a of lamp%20app", "end a"]);
    expect(bus.counters).toMatchObject({ delivered: 1, handled: 1 });
    await expect(bus.publish(new LampLit({ lampId: "c" }))).rejects.toMatchObject({
      code: "failed_precondition",
    });
    // What it did not take is there for the next one.
    const next = lampApp([bindBus, bindJournal, bindAnswer]);
    await next.start();
    await expect.poll(() => journal.lines).toContain("end b");
    await next.stop();
  });

  test("gives back what does not finish in time", async () => {
    const app = lampApp([bindBus, bindJournal, bindAnswer], 50);
    await app.start();
    journal.wait = new Promise(() => undefined);
    await app.get(EventBus).publish(new LampLit({ lampId: "a" }));
    await expect.poll(() => journal.lines).toHaveLength(1);
    await expect(app.stop()).rejects.toThrow(/EventConsumers did not drain within 50 ms/);
    journal = new Journal();
    const next = lampApp([bindBus, bindJournal, bindAnswer]);
    await next.start();
    await expect.poll(() => journal.lines).toContain("end a");
    await next.stop();
  });

  test("is ready while the broker can be reached", async () => {
    const app = lampApp([bindBus]);
    await app.start();
    const readiness = async () => (await app.get(Health).readiness()).checks["EventBus"];
    expect(await readiness()).toMatchObject({ status: "up" });
    await app.stop();
    const away = lampApp([bindBus]);
    await away.start();
    broker.stop();
    const report = await away.get(Health).readiness();
    expect(report).toMatchObject({
      status: "not_ready",
      checks: { EventBus: { status: "down", error: { code: "unavailable" } } },
    });
    await away.stop();
  });

  test("makes a handler for each delivery where that is asked for, and disposes of it", async () => {
    let made = 0;
    @injectable()
    class PerRequest implements EventHandler<LampLit> {
      readonly number = (made += 1);
      handle(): void {
        journal.lines.push(String(this.number));
        if (this.number === 2) throw new Error("It fails.");
      }
      [Symbol.dispose](): void {
        journal.lines.push(`end ${this.number}`);
      }
    }
    const bind = bindSubscription("per.request", {
      events: [LampLit],
      handler: PerRequest,
      scope: "request",
      concurrency: 1,
      retry: { delays: [] },
    });
    const app = lampApp([bindBus, bind]);
    await app.start();
    await app.get(EventBus).publish([new LampLit({ lampId: "a" }), new LampLit({ lampId: "b" })]);
    await expect.poll(() => journal.lines).toEqual(["1", "end 1", "2", "end 2"]);
    await app.stop();
  });
});

describe("an app does not start", () => {
  test("without a bus for its subscriptions, and says what to install", async () => {
    const app = lampApp([bindJournal, bindNote]);
    const failure: unknown = await app.start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GraphError);
    expect(String(failure)).toMatch(/notes\.seen.*Install bindEventBus/s);
  });

  test("without what a handler needs, and names the subscription", async () => {
    const app = lampApp([bindBus, bindNote]);
    await expect(app.start()).rejects.toThrow(/Journal[^]*handler of subscription "notes\.seen"/);
  });

  test("with two subscriptions of one name", async () => {
    const again = bindSubscription("notes.seen", { events: [LampSeen], handler: Note });
    const app = lampApp([bindBus, bindJournal, bindNote, again]);
    const failure: unknown = await app.start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeclarationError);
    expect(String(failure)).toContain('Two subscriptions of this app are named "notes.seen"');
    expect(Reflect.get(failure as object, Symbol.for("plinth.presentable"))).toBe(true);
  });

  test("when the broker cannot be reached", async () => {
    broker.stop();
    const app = lampApp([bindBus]);
    await expect(app.start()).rejects.toMatchObject({ code: "unavailable" });
  });

  test("with a subscription that the broker has in another form, closing what was begun", async () => {
    const ordered = bindSubscription("notes.seen", {
      events: [LampSeen],
      handler: Note,
      ordered: true,
    });
    const first = lampApp([bindBus, bindJournal, bindNote]);
    await first.start();
    await first.stop();
    const second = lampApp([bindBus, bindJournal, bindAnswer, ordered]);
    await expect(second.start()).rejects.toMatchObject({ code: "failed_precondition" });
    expect(second.state).toBe("failed");
  });
});
