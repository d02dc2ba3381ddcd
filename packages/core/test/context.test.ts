import { EventEmitter, getEventListeners, once } from "node:events";
import { setImmediate as immediate, setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { beginContext, endContext } from "../src/context/create-context.ts";
import {
  bindContext,
  createContext,
  currentContext,
  localCall,
  method,
  remainingTime,
  runWithContext,
  Service,
  toServiceError,
  type RequestContext,
} from "../src/index.ts";
import { parseTraceparent } from "../src/transport.ts";
import { captured } from "./capture.ts";
import * as fc from "fast-check";

class Sums extends Service("sums", {
  add: method({
    http: "POST /add",
    input: z.object({ left: z.number(), right: z.number() }),
    output: z.number(),
  }),
}) {}

/** How many signals of `AbortSignal.any` Node 20 keeps in one of their sources; later versions keep none. */
function dependentsOf(signal: AbortSignal): number {
  // Node's internal sets fail `instanceof Set`.
  return Object.getOwnPropertySymbols(signal)
    .map((key) => (signal as unknown as Record<symbol, { size?: unknown } | undefined>)[key]?.size)
    .filter((size) => typeof size === "number")
    .reduce((sum, size) => sum + size, 0);
}

const trace = "0af7651916cd43dd8448eb211c80319c";
const header = `00-${trace}-b7ad6b7169203331-01`;

describe("createContext", () => {
  test("from outside: new ids, or the given ones", () => {
    const fresh = createContext();
    expect(fresh.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(parseTraceparent(fresh.traceparent)).toBeDefined();
    const given = createContext({ requestId: "r", traceparent: header, tracestate: "a=b" });
    expect(given).toMatchObject({ requestId: "r", tracestate: "a=b" });
    expect(given.traceparent).toContain(trace);
  });

  test("the parent's tracestate is not used with another traceparent", () => {
    const parent = createContext({ traceparent: header, tracestate: "a=b" });
    const other = `00-${"5".repeat(32)}-b7ad6b7169203331-01`;
    expect(createContext({ parent }).tracestate).toBe("a=b");
    expect(createContext({ parent, traceparent: other }).tracestate).toBeUndefined();
    expect(createContext({ parent, traceparent: other, tracestate: "c=d" }).tracestate).toBe("c=d");
  });

  const members = (count: number, length: number): string[] =>
    Array.from({ length: count }, (_, n) => `v${n}=`.padEnd(length, "x"));

  test.each([
    ["32 short members", members(32, 10).join(","), members(32, 10).join(",")],
    ["spaces between members", "a=b , c=d", "a=b , c=d"],
    ["33 members", members(33, 10).join(","), members(32, 10).join(",")],
    ["more than 512 characters", members(32, 49).join(","), members(10, 49).join(",")],
    ["a long member among short ones", `a=b,${"l=".padEnd(600, "x")},c=d`, "a=b,c=d"],
    ["one member that is too long", "l=".padEnd(513, "x"), undefined],
    ["a line break", "a=b\nc=d", undefined],
    ["letters that no header carries", "a=é", undefined],
    ["nothing", " , ", undefined],
  ])("a tracestate with %s is cut or dropped, member by member", (_what, tracestate, kept) => {
    expect(createContext({ traceparent: header, tracestate }).tracestate).toBe(kept);
  });

  test("an invalid traceparent drops the tracestate", () => {
    expect(createContext({ traceparent: "x", tracestate: "a=b" }).tracestate).toBeUndefined();
  });

  test("derives from the current context, or from none on demand", () => {
    const outer = createContext({
      traceparent: header,
      tracestate: "a=b",
      principal: { id: "p" },
      deadline: Date.now() + 60_000,
    });
    runWithContext(outer, () => {
      const inner = createContext();
      expect(inner).toMatchObject({ requestId: outer.requestId, tracestate: "a=b" });
      expect(inner.principal).toEqual({ id: "p" });
      expect(inner.deadline).toBe(outer.deadline);
      expect(inner.traceparent).toContain(trace);
      expect(inner.traceparent).not.toBe(outer.traceparent);
      expect(createContext({ principal: undefined }).principal).toBeUndefined();
      const apart = createContext({ parent: null });
      expect(apart.requestId).not.toBe(outer.requestId);
      expect(apart.traceparent).not.toContain(trace);
      expect(apart.deadline).toBeUndefined();
    });
  });

  test("a deadline can only become earlier", () => {
    const parent = createContext({ deadline: 2_000 });
    expect(createContext({ parent, deadline: 3_000 }).deadline).toBe(2_000);
    expect(createContext({ parent, deadline: 1_000 }).deadline).toBe(1_000);
  });
});

describe("deadline and cancellation", () => {
  test("remainingTime counts down to 0", () => {
    expect(remainingTime(createContext())).toBeUndefined();
    expect(remainingTime()).toBeUndefined();
    expect(remainingTime(createContext({ deadline: Date.now() - 5 }))).toBe(0);
    const left = remainingTime(createContext({ deadline: Date.now() + 60_000 }));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  test("the signal is aborted when the deadline passes, with deadline_exceeded", async () => {
    const { signal } = createContext({ deadline: Date.now() + 5 });
    await once(signal as AbortSignal, "abort");
    expect(toServiceError(signal?.reason).code).toBe("deadline_exceeded");
  });

  test("the signal of a past deadline is aborted already; that of one in a year is not", async () => {
    const past = createContext({ deadline: Date.now() - 1 }).signal;
    expect(toServiceError(past?.reason).code).toBe("deadline_exceeded");
    const far = createContext({ deadline: Date.now() + 365 * 86_400_000 }).signal;
    await immediate();
    expect(far?.aborted ?? false).toBe(false);
  });

  test("cancelling the outer context cancels every derived one, with the reason", () => {
    const controller = new AbortController();
    const outer = createContext({ signal: controller.signal, deadline: Date.now() + 60_000 });
    const inner = createContext({ parent: outer, deadline: Date.now() + 30_000 });
    const innermost = createContext({ parent: inner, signal: new AbortController().signal });
    const signals = [outer.signal, inner.signal, innermost.signal];
    controller.abort("gone");
    expect(signals.map((signal) => signal?.reason as unknown)).toEqual(["gone", "gone", "gone"]);
  });

  test("a signal with only a listener is still aborted after garbage collection", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const controller = new AbortController();
    const outer = createContext({ signal: controller.signal });
    // Only the listener holds the signal. If the signal is lost, its promise stays pending.
    const aborted = (context: RequestContext) =>
      new Promise((resolve) => {
        const { signal } = context;
        signal?.addEventListener("abort", (event) => {
          resolve(toServiceError((event.target as AbortSignal).reason).code);
        });
      });
    const passed = [
      aborted(createContext({ parent: outer, deadline: Date.now() + 300 })),
      aborted(createContext({ deadline: Date.now() + 300 })),
    ];
    const cancelled = [
      aborted(createContext({ parent: outer, deadline: Date.now() + 60_000 })),
      aborted(createContext({ parent: outer, signal: new AbortController().signal })),
    ];
    for (let round = 0; round < 3; round += 1) {
      await immediate();
      collect();
    }
    expect(await Promise.all(passed)).toEqual(["deadline_exceeded", "deadline_exceeded"]);
    controller.abort(new DOMException("gone", "AbortError"));
    expect(await Promise.all(cancelled)).toEqual(["cancelled", "cancelled"]);
  });

  test("a signal that outlives many requests has one listener for all, and none once they are over", () => {
    const { signal } = new AbortController();
    const contexts = Array.from({ length: 50 }, () =>
      beginContext({ signal, deadline: Date.now() + 60_000 }),
    );
    for (const context of contexts) expect(context.signal).toBeDefined();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    for (const context of contexts) endContext(context);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("a signal keeps nothing of calls that it outlives", async () => {
    const stopping = new AbortController().signal;
    const work = localCall(Sums, { add: async ({ left, right }) => left + right });
    await runWithContext(createContext({ signal: new AbortController().signal }), async () => {
      for (let call = 0; call < 100; call += 1) {
        await work.add({ left: call, right: 1 }, { signal: stopping, timeout: 60_000 });
      }
    });
    expect(getEventListeners(stopping, "abort")).toHaveLength(0);
    expect(dependentsOf(stopping)).toBe(0);
  });

  test.each(["own", "around"] as const)("the signal %s cancels a context that ends", (first) => {
    const [own, around] = [new AbortController(), new AbortController()];
    const parent = createContext({ signal: around.signal });
    const context = beginContext({ parent, signal: own.signal, deadline: Date.now() + 60_000 });
    const { signal } = context;
    const [one, other] = first === "own" ? [own, around] : [around, own];
    one.abort("first");
    other.abort("second");
    expect(signal?.reason).toBe("first");
    expect(getEventListeners(own.signal, "abort")).toHaveLength(0);
    expect(getEventListeners(around.signal, "abort")).toHaveLength(0);
  });

  test("cancelling an inner context does not cancel the outer one", () => {
    const outer = createContext({ deadline: Date.now() + 60_000 });
    const controller = new AbortController();
    const inner = createContext({ parent: outer, signal: controller.signal });
    controller.abort();
    expect(inner.signal?.aborted).toBe(true);
    expect(outer.signal?.aborted).toBe(false);
  });
});

describe("the current context", () => {
  const context = createContext({ requestId: "r" });

  test("ends with its run, and an error passes through", () => {
    expect(currentContext()).toBeUndefined();
    expect(() =>
      runWithContext(context, () => {
        throw new Error("through");
      }),
    ).toThrow("through");
    expect(currentContext()).toBeUndefined();
  });

  test("survives await, timers, microtasks and emitters", async () => {
    const seen = await runWithContext(context, async () => {
      const ids: (string | undefined)[] = [];
      const note = () => ids.push(currentContext()?.requestId);
      await delay(1);
      note();
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          note();
          setImmediate(() => {
            note();
            process.nextTick(() => {
              note();
              queueMicrotask(() => {
                note();
                resolve();
              });
            });
          });
        }, 1);
      });
      const emitter = new EventEmitter().on("event", note);
      emitter.emit("event");
      return ids;
    });
    expect(seen).toEqual(Array.from({ length: 6 }, () => "r"));
  });

  test("a bound listener keeps its context if an event is emitted elsewhere", () => {
    const emitter = new EventEmitter();
    const seen: (string | undefined)[] = [];
    runWithContext(context, () => {
      emitter.on("event", () => seen.push(currentContext()?.requestId));
      emitter.on(
        "event",
        bindContext((value: string) => seen.push(`${currentContext()?.requestId}${value}`)),
      );
    });
    runWithContext(createContext({ requestId: "other" }), () => emitter.emit("event", "!"));
    expect(seen).toEqual(["other", "r!"]);
  });
});

test("1,000 concurrent requests with random interleavings keep their own context", async () => {
  const steps = fc.array(fc.constantFrom("await", "timer", "immediate", "nested", "emitter"), {
    minLength: 3,
    maxLength: 8,
  });
  const plans = fc.sample(steps, { numRuns: 1_000, seed: 7 });
  const shared = new EventEmitter().setMaxListeners(0);
  const { logger, lines } = captured();
  const wrong: string[] = [];

  const step = async (kind: string, id: string): Promise<void> => {
    if (kind === "timer") {
      await delay(Math.random() * 5);
    } else if (kind === "immediate") {
      await immediate();
    } else if (kind === "nested") {
      await runWithContext(createContext({ requestId: `${id}-nested` }), () => immediate());
    } else if (kind === "emitter") {
      await new Promise<void>((resolve) => {
        shared.once(
          "tick",
          bindContext(() => resolve()),
        );
        setImmediate(() => shared.emit("tick"));
      });
    } else {
      await Promise.resolve();
    }
  };
  const request = async (id: string, plan: readonly string[]): Promise<void> => {
    for (const kind of plan) {
      await step(kind, id);
      if (currentContext()?.requestId !== id) {
        wrong.push(`${id} saw ${currentContext()?.requestId} after ${kind}`);
      }
      logger.info("step", { id });
    }
  };
  await Promise.all(
    plans.map((plan, index) => {
      const id = `request-${index}`;
      return runWithContext(createContext({ parent: null, requestId: id }), () =>
        request(id, plan),
      );
    }),
  );
  expect(wrong).toEqual([]);
  expect(lines()).toHaveLength(plans.reduce((sum, plan) => sum + plan.length, 0));
  expect(lines().filter((line) => line["requestId"] !== line["id"])).toEqual([]);
});
