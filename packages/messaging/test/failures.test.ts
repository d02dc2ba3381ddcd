import { NotFoundError } from "@plinth/core/errors";
import { describe, expect, test, vi } from "vitest";
import { consumeLamps as consume } from "./support/consume-lamps.ts";

const fail = (): never => {
  throw new NotFoundError("There is no lamp.");
};

function unreadableError(): Error {
  const error = new Error("x");
  const get = (): never => {
    throw new TypeError("unreadable");
  };
  for (const name of ["message", "name", "code", "cause", "details", "stack"]) {
    Object.defineProperty(error, name, { get });
  }
  return error;
}

function revokedProxy(): Error {
  const { proxy, revoke } = Proxy.revocable(new Error("x"), {});
  revoke();
  return proxy;
}

describe("a delivery", () => {
  test.each([
    [
      "throws",
      () => {
        throw new Error("giveUp is broken");
      },
    ],
    ["is async", () => Promise.reject(new Error("giveUp is broken")) as never],
  ])("keeps its delays where giveUp %s, and says so", async (_what, giveUp) => {
    const { deliver, logger, bus } = await consume(fail, { retry: { delays: [20], giveUp } });
    expect(await deliver()).toEqual({ kind: "retry", delay: 20, reason: "There is no lamp." });
    expect(await deliver({}, { attempt: 2 })).toMatchObject({ kind: "dead" });
    expect(bus.counters).toMatchObject({ retried: 1, deadLettered: 1, handling: 0 });
    expect(logger.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error retry.giveUp of subscription "lights" failed; it counts as false.',
      'warn Subscription "lights" could not handle an event; it is redelivered.',
      'error Subscription "lights" has a dead letter.',
    ]);
  });

  // Made within the test: the runner itself could not print them.
  test.each([
    ["an error whose properties throw", unreadableError],
    ["a proxy that was revoked", revokedProxy],
    ["a message that is no text", () => Object.assign(new Error("x"), { message: Symbol("y") })],
    ["a code that is none", () => Object.assign(new Error("x"), { code: Symbol("y") })],
  ])("whose handler throws %s takes its delays, then is dead", async (_what, make) => {
    const { deliver, bus } = await consume(() => Promise.reject(make()));
    expect(await deliver()).toMatchObject({ kind: "retry", delay: 100 });
    expect(await deliver({}, { attempt: 4 })).toMatchObject({
      kind: "dead",
      reason: { code: "internal", message: expect.any(String) },
    });
    expect(bus.counters.handling).toBe(0);
  });

  test("of a newer version takes the delays before it is dead: others may know it", async () => {
    const handled = vi.fn<() => void>();
    const { deliver, bus } = await consume(handled);
    const seen: unknown[] = [];
    bus.observe((observation) => seen.push(observation));
    const settlement = await deliver({ dataversion: 4 }, { id: "m1" });
    const reason = expect.stringMatching(/of version 4.*versions up to 3/);
    expect(settlement).toEqual({ kind: "retry", delay: 100, reason });
    expect(seen).toEqual([
      expect.objectContaining({ kind: "deferred", subscription: "lights", id: "m1", delay: 100 }),
    ]);
    expect(await deliver({ dataversion: 4 }, { attempt: 4 })).toMatchObject({
      kind: "dead",
      reason: { code: "failed_precondition", attempts: 4, message: reason },
    });
    expect(bus.counters).toMatchObject({ delivered: 0, retried: 1, deadLettered: 1 });
    expect(handled).not.toHaveBeenCalled();
  });
});
