import { InvalidArgumentError, method, Service, UnimplementedError } from "@plinth/core";
import { expect, vi } from "vitest";
import { z } from "zod";
import { mockOf, test } from "../src/index.ts";

const Lamp = z.object({ name: z.string().max(5) });

abstract class LampService extends Service("lamps", {
  getLamp: method({ http: "GET /lamps/:name", input: Lamp, output: Lamp }),
}) {}

const bound = (lamps: LampService) => ({
  config: {},
  bindings: [(binder: import("@plinth/core").Binder) => binder.bind(LampService).toValue(lamps)],
});

test("a mock that is bound to a contract is asked what the caller wrote", async ({ testApp }) => {
  const lamps = mockOf(LampService, { getLamp: async ({ name }) => ({ name }) });
  const { get } = await testApp(bound(lamps));
  expect(await get(LampService).getLamp({ name: "desk" })).toEqual({ name: "desk" });
  expect(lamps.getLamp).toHaveBeenCalledWith({ name: "desk" });
  await get(LampService).getLamp({ name: "wall" }, { timeout: 1_000 });
  expect(lamps.getLamp).toHaveBeenLastCalledWith({ name: "wall" }, { timeout: 1_000 });
});

test("an input or a stub that does not fit the contract is refused", async ({ testApp }) => {
  const lamps = mockOf(LampService);
  const { get } = await testApp(bound(lamps));
  lamps.getLamp.mockResolvedValue({ name: 5 } as never);
  await expect(get(LampService).getLamp({ name: "a long name" })).rejects.toThrow(
    InvalidArgumentError,
  );
  expect(lamps.getLamp).not.toHaveBeenCalled();
  await expect(get(LampService).getLamp({ name: "desk" })).rejects.toMatchObject({
    code: "internal",
    cause: { message: "The output of lamps.getLamp does not match its contract." },
  });
});

test("a method that is not stubbed still says so", async ({ testApp }) => {
  const { get } = await testApp(bound(mockOf(LampService)));
  const error: unknown = await get(LampService)
    .getLamp({ name: "desk" })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnimplementedError);
  expect((error as Error).message).toMatch(/^LampService\.getLamp was called, but the test/);
});

test("a method that is stubbed or replaced later answers", async ({ testApp }) => {
  const lamps = mockOf(LampService);
  const { get } = await testApp(bound(lamps));
  lamps.getLamp.mockResolvedValueOnce({ name: "one" });
  expect(await get(LampService).getLamp({ name: "a" })).toEqual({ name: "one" });
  Reflect.set(lamps, "getLamp", vi.fn<LampService["getLamp"]>().mockResolvedValue({ name: "two" }));
  expect(await get(LampService).getLamp({ name: "a" })).toEqual({ name: "two" });
});
