import { currentContext } from "@plinth/core";
import { DeclarationError, NotFoundError } from "@plinth/core/errors";
import { DomainEvent, EventBus } from "@plinth/messaging";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { consumeLamps as consume, LampLit } from "./support/consume-lamps.ts";
import { FakeDriver } from "./support/fake-driver.ts";

const fail = (): never => {
  throw new NotFoundError("There is no lamp.");
};

afterEach(() => {
  vi.useRealTimers();
});

describe("a delivery", () => {
  test("that is handled is done", async () => {
    const { deliver, bus, driver } = await consume(() => undefined);
    expect(await deliver()).toEqual({ kind: "done" });
    expect(bus.counters).toMatchObject({ delivered: 1, handled: 1, handling: 0 });
    expect(driver.definition).toEqual({
      name: "lights",
      types: ["lamps.lamp-lit"],
      concurrency: 10,
      ordered: false,
      retryDelays: [100, 1_000, 10_000],
    });
  });

  test("that fails is redelivered after the delay of its attempt, then is dead", async () => {
    const { deliver, bus, logger } = await consume(fail);
    const delays: unknown[] = [];
    for (const attempt of [1, 2, 3]) delays.push(await deliver({}, { attempt }));
    expect(delays).toEqual(
      [100, 1_000, 10_000].map((delay) => ({ kind: "retry", delay, reason: "There is no lamp." })),
    );
    expect(await deliver({}, { attempt: 4 })).toEqual({
      kind: "dead",
      reason: {
        code: "not_found",
        message: "There is no lamp.",
        attempts: 4,
        at: expect.any(Number),
      },
    });
    expect(bus.counters).toMatchObject({ retried: 3, deadLettered: 1, handled: 0, handling: 0 });
    expect(logger.lines.map(({ level }) => level)).toEqual(["warn", "warn", "warn", "error"]);
  });

  test("has one attempt where there are no delays", async () => {
    const { deliver } = await consume(fail, { retry: { delays: [] } });
    expect(await deliver()).toMatchObject({ kind: "dead", reason: { attempts: 1 } });
  });

  test("whose failure is permanent is dead at once", async () => {
    const { deliver } = await consume(fail, {
      retry: { giveUp: (error) => error instanceof NotFoundError },
    });
    expect(await deliver()).toMatchObject({ kind: "dead", reason: { code: "not_found" } });
  });

  test("of another publisher counts by its envelope and not by the type of its message", async () => {
    const handled = vi.fn<() => void>();
    const { deliver, driver } = await consume(handled);
    expect(await deliver({}, { type: "domain-event" })).toEqual({ kind: "done" });
    expect(handled).toHaveBeenCalledOnce();
    expect(await deliver({ type: "lamps.other" }, { type: "domain-event" })).toMatchObject({
      kind: "skip",
    });
    expect(driver.definition?.types).toEqual(["lamps.lamp-lit"]);
  });

  test("whose handler throws something odd is told of without it", async () => {
    const { deliver } = await consume(() => Promise.reject({ password: "hunter2" }), {
      retry: { delays: [] },
    });
    const settlement = await deliver();
    expect(settlement).toMatchObject({ kind: "dead", reason: { code: "internal" } });
    expect(JSON.stringify(settlement)).not.toContain("hunter2");
  });

  test("leaves no secret and no stack in its reason, and a reason of a bounded length", async () => {
    const { deliver, logger } = await consume(
      () => {
        throw new TypeError(`no way in: password=hunter2 ${"x".repeat(5_000)}`);
      },
      { retry: { delays: [] } },
    );
    const settlement = await deliver();
    if (settlement.kind !== "dead") throw new Error(`It is ${settlement.kind}.`);
    expect(settlement.reason.message).toMatch(/^TypeError: no way in/);
    expect(settlement.reason.message).toHaveLength(1_000);
    expect(JSON.stringify(settlement)).not.toMatch(/hunter2|\.ts:/);
    expect(JSON.stringify(logger.lines)).not.toContain("hunter2");
  });

  test("continues trace and request, without a principal, until its timeout", async () => {
    const contexts: ReturnType<typeof currentContext>[] = [];
    const { deliver } = await consume(() => void contexts.push(currentContext()), {
      timeout: 5_000,
    });
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const traceparent = `00-${trace}-00f067aa0ba902b7-01`;
    const before = Date.now();
    await deliver({ correlationid: "request-1", traceparent, tracestate: "a=b" });
    await deliver({ correlationid: "line\nbreak", traceparent: "wrong", tracestate: "a=b" });
    const [good, bad] = contexts;
    expect(good).toMatchObject({ requestId: "request-1", tracestate: "a=b" });
    expect(good?.traceparent).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)`));
    expect(good?.deadline).toBeGreaterThanOrEqual(before + 5_000);
    expect(good?.principal).toBeUndefined();
    expect(bad).toMatchObject({ requestId: "new-id", tracestate: undefined });
    expect(bad?.traceparent).toMatch(/^00-[0-9a-f]{32}-/);
  });

  test("of an older version is brought up, step by step, with defaults", async () => {
    const events: LampLit[] = [];
    const { deliver } = await consume((event) => void events.push(event));
    await deliver({ dataversion: 1, data: { number: 7, gone: true } });
    expect(events[0]?.data).toEqual({ lampId: "lamp-7", color: "white" });
    expect(events[0]).toBeInstanceOf(LampLit);
    expect(Object.isFrozen(events[0]) && Object.isFrozen(events[0]?.data)).toBe(true);
  });

  test("can be published again as it is", async () => {
    const events: LampLit[] = [];
    const { deliver, bus, driver } = await consume((event) => void events.push(event));
    await deliver({ dataversion: 1, data: { number: 7 } });
    await bus.publish(events);
    const text = new TextDecoder().decode(driver.published[0]?.[0]?.body);
    expect(JSON.parse(text)).toMatchObject({
      dataversion: 3,
      data: { lampId: "lamp-7", color: "white" },
    });
  });
});

describe("a delivery that cannot be read is dead at once, unseen by the handler", () => {
  const handled = vi.fn<() => void>();
  afterEach(() => {
    expect(handled).not.toHaveBeenCalled();
  });

  test.each([
    ["data that do not fit", { data: { lampId: 7 } }, "data_loss", /lampId/],
    ["another type inside", { type: "lamps.other" }, "invalid_argument", /another type/],
    [
      "a failing upcaster",
      { dataversion: 2, data: { broken: true } },
      "data_loss",
      /from version 2.*the upcaster failed/,
    ],
  ])("with %s", async (_what, change, code, words) => {
    const { deliver, bus, logger } = await consume(handled);
    const settlement = await deliver(change);
    expect(settlement).toMatchObject({
      kind: "dead",
      reason: { code, attempts: 1, message: expect.stringMatching(words) },
    });
    expect(bus.counters).toMatchObject({ delivered: 0, deadLettered: 1 });
    expect(JSON.stringify([settlement, logger.lines])).not.toContain("hunter2");
  });

  test("with a version that has no way up", async () => {
    const Old = DomainEvent({ name: "lamps.old", version: 2, schema: z.object({}) });
    const driver = new FakeDriver();
    const bus = new EventBus(driver, { source: "lamps" });
    await bus.open();
    await bus.subscribe("old", { events: [Old], handler: { handle: handled } });
    const envelope = { ...bus.envelope(new Old({})), dataversion: 1 };
    const body = new TextEncoder().encode(JSON.stringify(envelope));
    expect(await driver.deliver({ type: "lamps.old", body })).toMatchObject({
      kind: "dead",
      reason: {
        code: "failed_precondition",
        message: expect.stringContaining("no upcaster from version 1"),
      },
    });
  });

  test("when its consumers were lost time and again", async () => {
    const { deliver } = await consume(handled);
    expect(await deliver({}, { lostDeliveries: 20 })).toMatchObject({
      kind: "dead",
      reason: { code: "aborted", message: expect.stringContaining("20 times") },
    });
  });

  test("and one of an unknown type is skipped, with any body", async () => {
    const { driver, bus } = await consume(handled);
    const body = new Uint8Array([0xff]);
    expect(await driver.deliver({ type: "lamps.unknown", body })).toEqual({
      kind: "skip",
      reason: 'Subscription "lights" does not know the type.',
    });
    expect(bus.counters).toMatchObject({ skipped: 1, deadLettered: 0 });
  });
});

test("a message lost a few times is handled all the same", async () => {
  const { deliver } = await consume(() => undefined);
  expect(await deliver({}, { lostDeliveries: 19 })).toEqual({ kind: "done" });
});

describe("the time limit", () => {
  test("fails the attempt, aborts the signal, and lets go of the handler", async () => {
    vi.useFakeTimers();
    let finish = (): void => undefined;
    const signals: AbortSignal[] = [];
    const { deliver, bus, logger } = await consume(
      (_event, { signal }) => {
        signals.push(signal);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      { timeout: 1_000 },
    );
    const delivering = deliver();
    await vi.advanceTimersByTimeAsync(999);
    expect(bus.counters.handling).toBe(1);
    expect(signals[0]?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await delivering).toMatchObject({ kind: "retry", delay: 100 });
    expect(signals[0]?.reason).toMatchObject({ code: "deadline_exceeded" });
    expect(bus.counters).toMatchObject({ retried: 1, handling: 0, handled: 0 });
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(bus.counters.handled).toBe(0);
    expect(logger.lines.at(-1)?.message).toMatch(/ended after its time limit/);
  });

  test("leaves no timer behind where the handler is in time", async () => {
    vi.useFakeTimers();
    const { deliver } = await consume(() => undefined);
    await deliver();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("on the way down", () => {
  test("a handler that is told to stop has not failed: its event is released", async () => {
    const { deliver, bus } = await consume(
      (_event, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
    );
    const delivering = deliver({}, { attempt: 4 });
    await bus.drain({ signal: AbortSignal.abort() });
    expect(await delivering).toEqual({ kind: "release" });
    expect(bus.counters).toMatchObject({ released: 1, deadLettered: 0, retried: 0 });
  });

  test("a handler that is called too late is told so from the beginning", async () => {
    const { deliver, bus } = await consume((_event, { signal }) => signal.throwIfAborted());
    await bus.drain({ signal: AbortSignal.abort() });
    expect(await deliver()).toEqual({ kind: "release" });
  });

  test("a handler that finishes nevertheless is done", async () => {
    let finish = (): void => undefined;
    const { deliver, bus } = await consume(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const delivering = deliver();
    await bus.drain({ signal: AbortSignal.abort() });
    finish();
    expect(await delivering).toEqual({ kind: "done" });
  });
});

describe("a subscription is refused", () => {
  const handler = { handle: () => undefined };
  const event = LampLit;
  test.each([
    ["with a name of other characters", "Lights!", {}, /"Lights!"/],
    ["without events", "a", { events: [] }, /at least one class/],
    ["with events that are no list", "a", { events: LampLit }, /must be a list/],
    ["with delays that are no list", "a", { retry: { delays: 5 } }, /retry.delays/],
    ["with a giveUp that is none", "a", { retry: { giveUp: true } }, /giveUp must be a function/],
    [
      "with something else for an event",
      "a",
      { events: [class Other {}] },
      /Other is not an event/,
    ],
    ["with undefined for an event", "a", { events: [undefined] }, /import each other/],
    ["with one name twice", "a", { events: [event, event] }, /named "lamps.lamp-lit"/],
    ["with concurrency 0", "a", { concurrency: 0 }, /from 1 to 1000, not 0/],
    ["with concurrency 1001", "a", { concurrency: 1_001 }, /not 1001/],
    ["with a time limit of 0", "a", { timeout: 0 }, /timeout/],
    ["with an endless time limit", "a", { timeout: Infinity }, /timeout/],
    ["with a negative delay", "a", { retry: { delays: [-1] } }, /retry.delays/],
    ["with a delay of two days", "a", { retry: { delays: [172_800_000] } }, /retry.delays/],
    ["with too many delays", "a", { retry: { delays: Array(21).fill(1) } }, /at most 20/],
  ])("%s", async (_what, name, options, words) => {
    const bus = new EventBus(new FakeDriver(), { source: "lamps" });
    const given = { events: [LampLit], handler, ...options } as never;
    const refused = bus.subscribe(name, given);
    await expect(refused).rejects.toThrow(DeclarationError);
    await expect(refused).rejects.toThrow(words);
  });

  test("when the driver cannot, with its reason wrapped", async () => {
    const driver = new FakeDriver();
    driver.subscribe = () => Promise.reject(new Error("socket closed"));
    const bus = new EventBus(driver, { source: "lamps" });
    await bus.open();
    await expect(bus.subscribe("lights", { events: [LampLit], handler })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining('Subscription "lights"'),
    });
    await bus.close();
    expect(driver.calls).toEqual(["open", "close"]);
  });
});
