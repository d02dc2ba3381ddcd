import { describe, expect, test } from "vitest";
import { createContext } from "../src/context/create-context.ts";
import { currentContext, runWithContext } from "../src/context/current-context.ts";
import { localCall } from "../src/contract/index.ts";
import { CancelledError, DeadlineExceededError } from "../src/errors/canonical-errors.ts";
import { ThingService, fault } from "./things.ts";

describe("the limits of a local call", () => {
  const hanging = localCall(ThingService, {
    createThing: () => new Promise(() => {}),
    getThing: (_input, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener("abort", () => reject(new Error("stopped")));
      }),
    deleteThing: async () => {},
  });

  test("include the caller's timeout", async () => {
    expect(await fault(() => hanging.createThing({ name: "a" }, { timeout: 20 }))).toBeInstanceOf(
      DeadlineExceededError,
    );
    expect(await fault(() => hanging.getThing({ thingId: "a" }, { timeout: 20 }))).toBeInstanceOf(
      DeadlineExceededError,
    );
  });

  test("include the request's deadline, which a timeout can only shorten", async () => {
    const context = createContext({ parent: null, deadline: Date.now() + 20 });
    const error = await runWithContext(context, () =>
      fault(() => hanging.createThing({ name: "a" }, { timeout: 60_000 })),
    );
    expect(error).toBeInstanceOf(DeadlineExceededError);
  });

  test("include the caller's signal and the request's", async () => {
    const controller = new AbortController();
    const call = fault(() => hanging.createThing({ name: "a" }, { signal: controller.signal }));
    controller.abort("changed my mind");
    expect(await call).toBeInstanceOf(CancelledError);

    const request = new AbortController();
    const context = createContext({ parent: null, signal: request.signal });
    const inner = runWithContext(context, () => fault(() => hanging.createThing({ name: "a" })));
    request.abort();
    expect(await inner).toBeInstanceOf(CancelledError);
    expect(
      await fault(() => hanging.createThing({ name: "a" }, { signal: AbortSignal.timeout(5) })),
    ).toBeInstanceOf(DeadlineExceededError);
  });

  test("prevent a call from starting if they are reached already", async () => {
    let calls = 0;
    const counted = localCall(ThingService, {
      createThing: async () => ({ thingId: "", name: "" }),
      getThing: async () => ({ thingId: "", name: "" }),
      deleteThing: async () => {
        calls += 1;
      },
    });
    const late = await fault(() => counted.deleteThing({ thingId: "a" }, { timeout: 0 }));
    expect(late).toBeInstanceOf(DeadlineExceededError);
    const signal = AbortSignal.abort();
    const cancelled = await fault(() => counted.deleteThing({ thingId: "a" }, { signal }));
    expect(cancelled).toBeInstanceOf(CancelledError);
    expect(calls).toBe(0);
  });

  test("reach the implementation, with the context of the call", async () => {
    const seen: unknown[] = [];
    const things = localCall(ThingService, {
      createThing: async () => ({ thingId: "", name: "" }),
      getThing: async ({ thingId }, options) => {
        seen.push(currentContext()?.requestId, options?.signal?.aborted, options?.timeout);
        return { thingId, name: "" };
      },
      deleteThing: async () => {
        seen.push(typeof currentContext()?.requestId);
      },
    });
    await things.deleteThing({ thingId: "a" });
    const context = createContext({ parent: null, requestId: "r-1" });
    await runWithContext(context, () => things.getThing({ thingId: "a" }, { timeout: 60_000 }));
    expect(seen).toEqual(["string", "r-1", false, expect.any(Number)]);
  });
});
