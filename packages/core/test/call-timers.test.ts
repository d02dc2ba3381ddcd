import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";

import {
  createContext,
  DeadlineExceededError,
  localCall,
  method,
  runWithContext,
  Service,
  type CallOptions,
} from "../src/index.ts";
import { remoteCall } from "../src/transport.ts";

class Echo extends Service("echo", {
  say: method({ http: "POST /say", input: z.object({}), output: z.object({ text: z.string() }) }),
}) {}

let seen: AbortSignal | undefined;
const answer = async (options: CallOptions | undefined): Promise<{ text: string }> => {
  seen = options?.signal;
  return { text: "" };
};
const local = localCall(Echo, {
  say: async (_input: unknown, options?: CallOptions) => answer(options),
});
const remote = remoteCall(Echo, {
  defaultTimeout: 30_000,
  createSend:
    () =>
    async ({ context, readOutput }) => {
      seen = context.signal;
      return readOutput({ text: "" });
    },
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ["local", local],
  ["remote", remote],
])("a %s call that is over leaves no timer behind for its deadline", async (_kind, echo) => {
  await echo.say({}, { timeout: 60_000 });
  expect(seen?.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test("the deadline of the surrounding request still applies", async () => {
  const context = createContext({ parent: null, deadline: Date.now() + 1_000 });
  await runWithContext(context, async () => {
    expect(context.signal?.aborted).toBe(false);
    await local.say({}, { timeout: 500 });
    await local.say({});
  });
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(context.signal?.aborted).toBe(true);
});

test("the signal of work that goes on after the timeout is aborted", async () => {
  let told: AbortSignal | undefined;
  const hanging = localCall(Echo, {
    say: (_input: unknown, options?: CallOptions) => {
      told = options?.signal;
      return new Promise<{ text: string }>(() => undefined);
    },
  });
  const call = hanging.say({}, { timeout: 100 }).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(100);
  expect(await call).toBeInstanceOf(DeadlineExceededError);
  expect(told?.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
