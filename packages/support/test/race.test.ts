import { getEventListeners } from "node:events";
import { expect, test, vi } from "vitest";
import { race, raceWithSignal } from "../src/race.ts";

const never = (): Promise<never> => new Promise(() => undefined);

test("gives the result of the work, or its error", async () => {
  await expect(race({}, async () => 1)).resolves.toBe(1);
  await expect(race({}, () => Promise.reject(new Error("work")))).rejects.toThrow("work");
});

test("work that throws before its first wait rejects, and leaves nothing behind", async () => {
  const { signal } = new AbortController();
  const work = (): Promise<never> => {
    throw new Error("at once");
  };
  await expect(race({ signal, timeout: 60_000 }, work)).rejects.toThrow("at once");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("ends when the time is over, with the error of the caller's choice", async () => {
  await expect(race({ timeout: 5 }, never)).rejects.toThrow("It took longer than 5 ms.");
  const onTimeout = (): Error => new RangeError("late");
  await expect(race({ timeout: 5, onTimeout }, never)).rejects.toThrow(RangeError);
});

test("ends when the signal is aborted", async () => {
  const controller = new AbortController();
  const raced = race({ signal: controller.signal }, never);
  controller.abort(new Error("enough"));
  await expect(raced).rejects.toThrow("enough");
  const onAbort = (reason: unknown): Error => new Error("stopped", { cause: reason });
  await expect(race({ signal: controller.signal, onAbort }, never)).rejects.toMatchObject({
    message: "stopped",
    cause: { message: "enough" },
  });
});

test("a limit that is reached already keeps the work from starting, the time first", async () => {
  const work = vi.fn(never);
  const signal = AbortSignal.abort(new Error("aborted"));
  await expect(race({ signal }, work)).rejects.toThrow("aborted");
  await expect(race({ signal, timeout: 0 }, work)).rejects.toThrow("longer than 0 ms");
  expect(work).not.toHaveBeenCalled();
});

test("a limit beyond what a timer can wait is none", async () => {
  const soon = (): Promise<string> => new Promise((resolve) => setImmediate(resolve, "done"));
  await expect(race({ timeout: 2 ** 31 }, soon)).resolves.toBe("done");
  await expect(race({ timeout: Number.POSITIVE_INFINITY }, soon)).resolves.toBe("done");
});

test("many races under one signal share one listener, and the last one removes it", async () => {
  const { signal } = new AbortController();
  const warned = vi.fn();
  process.on("warning", warned);
  const ends: (() => void)[] = [];
  const races = Array.from({ length: 50 }, () =>
    race({ signal }, () => new Promise<void>((resolve) => ends.push(resolve))),
  );
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  for (const end of ends) end();
  await Promise.all(races);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", warned);
  expect(warned).not.toHaveBeenCalled();
});

test("work with a signal is told why it was cut off, and not when it ends by itself", async () => {
  let told: AbortSignal | undefined;
  const work = (signal: AbortSignal): Promise<never> => {
    told = signal;
    return never();
  };
  await expect(raceWithSignal({ timeout: 5 }, work)).rejects.toThrow("longer than 5 ms");
  expect(told?.reason).toMatchObject({ message: "It took longer than 5 ms." });
  await raceWithSignal({ timeout: 60_000 }, async (signal) => {
    told = signal;
  });
  expect(told?.aborted).toBe(false);
});

test("work without any limit is waited for as it is", async () => {
  const work = Promise.resolve(7);
  expect(race({}, () => work)).toBe(work);
  const broken = new Error("broken");
  const throwing = race({}, () => {
    throw broken;
  });
  await expect(throwing).rejects.toBe(broken);
});
