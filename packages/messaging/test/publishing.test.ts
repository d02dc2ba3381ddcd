import { getEventListeners } from "node:events";

import { createContext, runWithContext } from "@plinth/core";
import { DeclarationError, UnavailableError } from "@plinth/core/errors";
import { DomainEvent, EventBus, type EventBusOptions, type Observation } from "@plinth/messaging";
import { memoryMessaging } from "@plinth/messaging/memory";
import { fakeLogger } from "@plinth/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { FakeDriver } from "./support/fake-driver.ts";

class LampLit extends DomainEvent({
  name: "lamps.lamp-lit",
  schema: z.object({ lampId: z.string() }),
  key: "lampId",
}) {}

const lit = (lampId = "a"): LampLit => new LampLit({ lampId });

async function openBus(
  options: Partial<EventBusOptions> = {},
): Promise<{ driver: FakeDriver; bus: EventBus }> {
  const driver = new FakeDriver();
  const bus = new EventBus(driver, { source: "lamps", ...options });
  await bus.open();
  return { driver, bus };
}

const outcomeOf = (promise: Promise<void>): Promise<unknown> =>
  promise.then(
    () => "fulfilled",
    (error: unknown) => error,
  );

const until = <T>(signal: AbortSignal | undefined): Promise<T> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error));
  });

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("the broker in memory combines no signals while it runs: Node 20 would keep each of them", async () => {
  const combine = vi.spyOn(AbortSignal, "any");
  const bus = new EventBus(memoryMessaging(), { source: "lamps" });
  await bus.open();
  await bus.publish([lit()]);
  expect(combine).not.toHaveBeenCalled();
  await bus.close();
});

describe("publishing", () => {
  test("is over when the driver says that all is accepted, and not before", async () => {
    const { driver, bus } = await openBus();
    let accept = (): void => undefined;
    driver.onPublish = () =>
      new Promise((resolve) => {
        accept = resolve;
      });
    const seen: Observation["kind"][] = [];
    bus.observe(({ kind }) => seen.push(kind));
    const events = [lit("a"), lit("b")];
    const publishing = bus.publish(events);
    await expect.poll(() => driver.published).toHaveLength(1);
    expect(bus.counters).toMatchObject({ publishing: 2, published: 0 });
    expect(seen).toEqual([]);
    accept();
    await publishing;
    expect(bus.counters).toMatchObject({ publishing: 0, published: 2, publishFailed: 0 });
    expect(seen).toEqual(["published", "published"]);
    const [messages = []] = driver.published;
    expect(messages.map(({ key, type }) => [key, type])).toEqual([
      ["a", "lamps.lamp-lit"],
      ["b", "lamps.lamp-lit"],
    ]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
  });

  test("of no events is over at once", async () => {
    const { driver, bus } = await openBus();
    await bus.publish([]);
    expect(driver.published).toEqual([]);
  });

  test("of many gives the driver a thousand at a time, in order", async () => {
    const { driver, bus } = await openBus();
    await bus.publish(Array.from({ length: 2_500 }, (_, n) => lit(`lamp-${n}`)));
    expect(driver.published.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
    expect(driver.published[2]?.at(-1)?.key).toBe("lamp-2499");
    expect(bus.counters).toMatchObject({ published: 2_500, publishing: 0 });
  });

  test("counts what was accepted before a fault apart from the rest", async () => {
    const { driver, bus } = await openBus();
    driver.onPublish = async () => {
      if (driver.published.length > 1) throw new Error("socket closed");
    };
    const publishing = bus.publish(Array.from({ length: 1_500 }, () => lit()));
    await expect(publishing).rejects.toMatchObject({ code: "unavailable" });
    expect(bus.counters).toMatchObject({ published: 1_000, publishFailed: 500, publishing: 0 });
  });

  test("refuses what is no event, and sends none of the others", async () => {
    const { driver, bus } = await openBus();
    for (const wrong of [{ type: "lamps.lamp-lit", data: {} }, null, "lit"]) {
      await expect(bus.publish([lit(), wrong as never])).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining("extends DomainEvent"),
      });
    }
    expect(driver.published).toEqual([]);
    expect(bus.counters).toMatchObject({ publishing: 0 });
  });

  test.each([0, -1, Number.NaN])("refuses a timeout of %d", async (timeout) => {
    const { bus } = await openBus();
    await expect(bus.publish(lit(), { timeout })).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });

  test("is refused before the bus is open and after it is closed", async () => {
    const bus = new EventBus(new FakeDriver(), { source: "lamps" });
    const refused = { code: "failed_precondition" };
    await expect(bus.publish(lit())).rejects.toMatchObject(refused);
    await bus.open();
    await bus.publish(lit());
    await bus.close();
    await expect(bus.publish(lit())).rejects.toMatchObject(refused);
  });

  test.each([
    ["socket closed", "unavailable"],
    ["no space", "resource_exhausted"],
    // It speaks of the app's standing with its broker, not of the caller's with the app.
    ["ACCESS_REFUSED", "internal"],
    ["amqp://user:hunter2@host", "internal"],
  ])("wraps the driver's error %j as %s, once", async (raw, code) => {
    const { driver, bus } = await openBus();
    const cause = new Error(raw);
    driver.onPublish = () => Promise.reject(cause);
    const error: unknown = await bus.publish(lit()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, cause, internalDetails: { driver: "Fake" } });
    expect((error as Error).message).toMatch(/^Publishing an event: /);
    expect((error as Error).message).not.toContain("hunter2");
  });

  test("lets a service error of the driver through unchanged", async () => {
    const { driver, bus } = await openBus();
    const own = new UnavailableError("Install the client.");
    driver.onPublish = () => Promise.reject(own);
    await expect(bus.publish(lit())).rejects.toBe(own);
  });
});

describe("waiting for the broker", () => {
  test("ends after the timeout, tells the driver, and says what is not known", async () => {
    vi.useFakeTimers();
    const { driver, bus } = await openBus();
    let signal: AbortSignal | undefined;
    driver.onPublish = (_messages, given) => until((signal = given));
    const publishing = bus.publish(lit(), { timeout: 250 });
    const outcome = outcomeOf(publishing);
    const refusal = {
      code: "deadline_exceeded",
      message: expect.stringContaining("may have been accepted nevertheless"),
    };
    await vi.advanceTimersByTimeAsync(249);
    expect(bus.counters.publishing).toBe(1);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject(refusal);
    expect(signal?.aborted).toBe(true);
    expect(bus.counters).toMatchObject({ publishing: 0, publishFailed: 1 });
  });

  test("ends after 30 seconds by default", async () => {
    vi.useFakeTimers();
    const { driver, bus } = await openBus();
    driver.onPublish = (_messages, signal) => until(signal);
    const outcome = outcomeOf(bus.publish(lit()));
    const refusal = { code: "deadline_exceeded" };
    await vi.advanceTimersByTimeAsync(29_999);
    expect(bus.counters.publishing).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toMatchObject(refusal);
  });

  test("ends with the deadline of the request that publishes", async () => {
    vi.useFakeTimers();
    const { driver, bus } = await openBus();
    driver.onPublish = (_messages, signal) => until(signal);
    // A plain one, whose deadline has no signal of its own.
    const context = { requestId: "request-1", deadline: Date.now() + 100 };
    const outcome = outcomeOf(runWithContext(context, () => bus.publish(lit())));
    const refusal = { code: "deadline_exceeded" };
    await vi.advanceTimersByTimeAsync(100);
    expect(await outcome).toMatchObject(refusal);
  });

  test("ends when the caller gives up", async () => {
    const { driver, bus } = await openBus();
    driver.onPublish = (_messages, signal) => until(signal);
    const caller = new AbortController();
    const outcome = outcomeOf(bus.publish(lit(), { signal: caller.signal }));
    const refusal = {
      code: "cancelled",
    };
    caller.abort();
    expect(await outcome).toMatchObject(refusal);
  });

  test.each(["the caller", "the request"])("ends when %s gives up, where both may", async (who) => {
    const { driver, bus } = await openBus();
    driver.onPublish = (_messages, signal) => until(signal);
    const [caller, request] = [new AbortController(), new AbortController()];
    const context = createContext({ signal: request.signal });
    const outcome = outcomeOf(
      runWithContext(context, () => bus.publish(lit(), { signal: caller.signal })),
    );
    (who === "the caller" ? caller : request).abort();
    expect(await outcome).toMatchObject({ code: "cancelled" });
    for (const { signal } of [caller, request]) {
      expect(getEventListeners(signal, "abort")).toEqual([]);
    }
  });

  test.each([
    ["is broken", { kind: "disconnected", reason: new Error("reset") }, "cannot be reached"],
    ["is blocked", { kind: "blocked", reason: "low on memory" }, "takes no messages now"],
  ] as const)("is told apart where the connection %s", async (_what, state, words) => {
    vi.useFakeTimers();
    const { logger, lines } = loggerAndLines();
    const { driver, bus } = await openBus({ logger });
    driver.onPublish = (_messages, signal) => until(signal);
    driver.options?.onConnection(state);
    driver.options?.onConnection(state);
    expect(lines()).toHaveLength(state.kind === "disconnected" ? 1 : 2);
    await expect(bus.ping()).rejects.toMatchObject({ code: "unavailable" });
    const outcome = outcomeOf(bus.publish(lit(), { timeout: 10 }));
    const refusal = {
      code: "unavailable",
      message: expect.stringMatching(`Fake at 127.0.0.1:5672 ${words}`),
    };
    await vi.advanceTimersByTimeAsync(10);
    expect(await outcome).toMatchObject(refusal);
    driver.options?.onConnection({ kind: "connected" });
    await bus.ping();
    expect(lines().at(-1)).toContain("is back");
  });

  test("is for so many and no more: the next are refused, and told when to come again", async () => {
    const { driver, bus } = await openBus({ maxPublishing: 3 });
    let accept = (): void => undefined;
    driver.onPublish = () =>
      new Promise((resolve) => {
        accept = resolve;
      });
    const first = bus.publish([lit(), lit()]);
    await expect(bus.publish([lit(), lit()])).rejects.toMatchObject({
      code: "resource_exhausted",
      retryAfter: 1_000,
    });
    expect(driver.published).toHaveLength(1);
    expect(bus.counters).toMatchObject({ publishing: 2, publishFailed: 2 });
    accept();
    await first;
    const large = bus.publish([lit(), lit(), lit(), lit()]);
    await expect.poll(() => driver.published).toHaveLength(2);
    accept();
    await large;
    expect(bus.counters).toMatchObject({ publishing: 0, published: 6 });
  });
});

function loggerAndLines(): { logger: ReturnType<typeof fakeLogger>; lines: () => string[] } {
  const logger = fakeLogger();
  return { logger, lines: () => logger.lines.map(({ message }) => message) };
}

describe("observers", () => {
  test("hear of what is published, until they want no more", async () => {
    const { bus } = await openBus();
    const seen: Observation[] = [];
    const stop = bus.observe((observation) => seen.push(observation));
    const event = lit();
    await bus.publish(event);
    stop();
    await bus.publish(event);
    expect(seen).toEqual([
      { kind: "published", event, envelope: expect.objectContaining({ data: { lampId: "a" } }) },
    ]);
  });

  test("that fail change nothing, and are logged", async () => {
    const { logger, lines } = loggerAndLines();
    const { bus } = await openBus({ logger });
    const seen: string[] = [];
    bus.observe(() => {
      throw new Error("a faulty observer");
    });
    bus.observe(({ kind }) => seen.push(kind));
    await bus.publish(lit());
    // Its rejection would end the process.
    // oxlint-disable-next-line typescript/no-misused-promises -- that is what is tried
    bus.observe(async () => Promise.reject(new Error("a faulty observer that waits")));
    await bus.publish(lit());
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(["published", "published"]);
    expect(lines()).toEqual(Array(3).fill("An observer of the event bus failed."));
  });
});

describe("a bus", () => {
  test.each(["", "lamp service", "é", "x".repeat(129)])("refuses the source %j", (source) => {
    expect(() => new EventBus(new FakeDriver(), { source })).toThrow(DeclarationError);
  });

  test.each([0, 1.5, Number.NaN])("refuses to keep %d events waiting", (maxPublishing) => {
    expect(() => new EventBus(new FakeDriver(), { source: "a", maxPublishing })).toThrow(
      DeclarationError,
    );
  });

  test("says where the broker should be when it cannot be reached, for people", async () => {
    const driver = new FakeDriver();
    driver.open = () => Promise.reject(new Error("socket closed"));
    const error: unknown = await new EventBus(driver, { source: "a" })
      .open()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "unavailable",
      message: "EventBus: Fake at 127.0.0.1:5672 cannot be reached; is it running?",
    });
    expect(Reflect.get(error as object, Symbol.for("plinth.presentable"))).toBe(true);
  });

  test("closes its subscriptions before its driver, once", async () => {
    const { driver, bus } = await openBus();
    await bus.subscribe("lights", { events: [LampLit], handler: { handle: () => undefined } });
    await Promise.all([bus.close(), bus.close()]);
    await bus.close();
    expect(driver.calls).toEqual(["open", "subscribe lights", "close lights", "close"]);
  });
});
