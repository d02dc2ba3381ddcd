import { method, Service, token } from "@plinth/core";
import { Repository } from "@plinth/data";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { mockOf } from "../src/index.ts";

const Lamp = z.object({ name: z.string() });

abstract class LampService extends Service("lamps", {
  getLamp: method({ http: "GET /lamps/:name", input: Lamp, output: Lamp }),
}) {}

class LampRepository extends Repository({ name: "lamps", schema: Lamp, key: ["name"] }) {}

abstract class Clock {
  abstract now(): Promise<number>;
  abstract readonly zone: string;
}

/** Its private member makes it assignable to itself alone. */
class Counter {
  #count = 0;
  private readonly step = 1;
  async next(): Promise<number> {
    return (this.#count += this.step);
  }
}

test("an unstubbed method rejects with the name of the service and the method", async () => {
  const lamps = mockOf(LampService);
  await expect(lamps.getLamp({ name: "desk" })).rejects.toThrow(/LampService\.getLamp.*stubbed/);
  await expect(mockOf(Clock).now()).rejects.toThrow(/Clock\.now/);
  await expect(mockOf(Counter).next()).rejects.toThrow(/Counter\.next/);
});

test("the message says what to do, for contracts and repositories alike", async () => {
  const advice =
    "was called, but the test has not stubbed it. Give mockOf a function, or call .mockResolvedValue(…) on the method.";
  await expect(mockOf(LampService).getLamp({ name: "desk" })).rejects.toThrow(
    `LampService.getLamp ${advice}`,
  );
  const lamps = mockOf(LampRepository);
  await expect(lamps.get({ name: "desk" })).rejects.toThrow(`LampRepository.get ${advice}`);
  await expect(lamps.create({ name: "desk" })).rejects.toThrow(`LampRepository.create ${advice}`);
});

test("a mock of a repository is typed by its records", async () => {
  const lamps = mockOf(LampRepository, { get: async () => ({ name: "desk" }) });
  expect(await lamps.get({ name: "desk" })).toEqual({ name: "desk" });
  // @ts-expect-error -- the method is misspelt
  expect(lamps.gett).toBeDefined();
  // @ts-expect-error -- a stub is misspelt
  mockOf(LampRepository, { gett: async () => undefined });
  // @ts-expect-error -- a record has a name
  lamps.get.mockResolvedValue({ nam: "desk" });
  expectTypeOf(lamps).toExtend<LampRepository>();
});

test("stubs answer, from the start or later, and calls are counted", async () => {
  const lamps = mockOf(LampService, { getLamp: async ({ name }) => ({ name }) });
  expect(await lamps.getLamp({ name: "desk" })).toEqual({ name: "desk" });
  lamps.getLamp.mockResolvedValue({ name: "other" });
  expect(await lamps.getLamp({ name: "desk" })).toEqual({ name: "other" });
  expect(lamps.getLamp).toHaveBeenCalledTimes(2);
  expect(lamps.getLamp).toHaveBeenLastCalledWith({ name: "desk" });
});

test("a mock is an instance of what it stands in for, and survives being awaited", async () => {
  const counter = mockOf(Counter);
  const same: Counter = counter;
  expect(await Promise.resolve(same)).toBe(counter);
  expect(counter).toBeInstanceOf(Counter);
  expect(mockOf(LampService)).toBeInstanceOf(LampService);
});

test("a data property is what it was given as", () => {
  expect(mockOf(Clock, { zone: "UTC" }).zone).toBe("UTC");
});

test("a typed token can be mocked as well", async () => {
  const clock = token<Clock>("the clock");
  await expect(mockOf(clock).now()).rejects.toThrow("the clock.now");
});

test("what a contract does not declare is absent, and does not compile", () => {
  const lamps = mockOf(LampService);
  // @ts-expect-error -- the method is misspelt
  expect(lamps.getLampp).toBeUndefined();
  // @ts-expect-error -- a stub is misspelt
  mockOf(LampService, { getLampp: async () => ({ name: "desk" }) });
  // @ts-expect-error -- a stub answers with the wrong type
  mockOf(LampService, { getLamp: async () => ({ nam: "desk" }) });
  expectTypeOf(lamps).toExtend<LampService>();
});

test("a failed comparison can print a mock", () => {
  expect(() => expect(mockOf(Clock)).toEqual({ zone: "UTC" })).toThrow(/UTC/);
});
