import { expect, test, vi } from "vitest";
import { backOff } from "../src/back-off.ts";
import { chunksOf, inParallel } from "../src/chunks.ts";
import { loadPeer, rethrow } from "../src/load-peer.ts";
import { wholeNumberFault } from "../src/numbers.ts";
import { isPresentable, presentable } from "../src/presentable.ts";

test("the span of a back-off doubles from the first one to the longest", () => {
  const spans = [1, 2, 3, 4, 5, 2_000].map((attempt) =>
    backOff(attempt, { first: 100, max: 1_000 }, 0.5),
  );
  expect(spans).toEqual([50, 100, 200, 400, 500, 500]);
  const drawn = backOff(1, { first: 100, max: 1_000 });
  expect(drawn).toBeGreaterThanOrEqual(0);
  expect(drawn).toBeLessThan(100);
});

test("chunks keep the order and lose nothing", () => {
  expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunksOf([], 2)).toEqual([]);
});

test("elements are worked on a few at a time, with the results in order", async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([3, 1, 2], 2, async (element, index) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, element));
    running -= 1;
    return `${index}:${element}`;
  });
  expect(results).toEqual(["0:3", "1:1", "2:2"]);
  expect(most).toBe(2);
});

test("nothing is started after a rejection", async () => {
  const started: number[] = [];
  const work = async (element: number): Promise<void> => {
    started.push(element);
    if (element === 1) throw new Error("no");
    await new Promise((resolve) => setImmediate(resolve));
  };
  await expect(inParallel([0, 1, 2, 3], 2, work)).rejects.toThrow("no");
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(started).toEqual([0, 1]);
});

test.each([
  [1, {}, undefined],
  [0, { min: 1 }, "limit must be a whole number of at least 1, not 0."],
  [1.5, { unit: "bytes" }, "limit must be a whole number of bytes of at least 0, not 1.5."],
  [Number.NaN, {}, "limit must be a whole number of at least 0, not NaN."],
  [9, { min: 1, max: 5 }, "limit must be a whole number from 1 to 5, not 9."],
  ["9", {}, "limit must be a whole number of at least 0, not a text."],
  [null, {}, "limit must be a whole number of at least 0, not null."],
  [{}, {}, "limit must be a whole number of at least 0, not a value of type object."],
])("an option of %s within %j: %s", (value, bounds, fault) => {
  expect(wholeNumberFault("limit", value, bounds)).toBe(fault);
});

test("the mark of a presentable error is the registered symbol", () => {
  const error = presentable(new TypeError("Use another port."));
  expect(error).toBeInstanceOf(TypeError);
  expect(Reflect.get(error, Symbol.for("plinth.presentable"))).toBe(true);
  expect([error, new Error("no"), "no", null].map(isPresentable)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test("an error that cannot be read is not presentable", () => {
  const { proxy, revoke } = Proxy.revocable(presentable(new Error("no")), {});
  revoke();
  const odd = Object.defineProperty(presentable(new Error("no")), "message", { value: 1 });
  const failing = Object.defineProperty(presentable(new Error("no")), "message", {
    get: () => {
      throw new Error("unreadable");
    },
  });
  expect([proxy, odd, failing].map(isPresentable)).toEqual([false, false, false]);
});

const missing = (message: string, options: ErrorOptions): Error => new Error(message, options);

test("a peer that is not installed is named with the command that installs it", async () => {
  // A variable: the compiler would look for the package.
  const absent: string = "not-there";
  const peer = { name: absent, neededBy: "The test", missing };
  const load = (): Promise<unknown> => import(absent).catch(rethrow);
  const error: unknown = await loadPeer({ ...peer, load }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    message:
      "The test needs the package not-there, which is not installed; run: npm install not-there",
    cause: { code: "ERR_MODULE_NOT_FOUND" },
  });
  expect(isPresentable(error)).toBe(true);
});

test("a peer that fails to load for another reason keeps its error", async () => {
  const broken = new Error("it lacks 'other'");
  const load = vi.fn(() => Promise.reject(broken));
  await expect(loadPeer({ name: "there", neededBy: "The test", load, missing })).rejects.toBe(
    broken,
  );
  await expect(
    loadPeer({ name: "there", neededBy: "The test", load: async () => 7, missing }),
  ).resolves.toBe(7);
});
