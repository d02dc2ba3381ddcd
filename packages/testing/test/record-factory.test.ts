import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { z } from "zod";
import { recordFactory } from "../src/records.ts";

const Lamp = z.object({
  lampId: z.uuid(),
  name: z.string().min(1).max(40),
  watts: z.number().int().min(1).max(60),
  email: z.email(),
  kind: z.enum(["desk", "floor"]),
  boughtAt: z.iso.datetime(),
  day: z.date(),
  tags: z.array(z.string().regex(/^[a-z]{3,8}$/)).max(3),
  place: z.discriminatedUnion("in", [
    z.object({ in: z.literal("room"), floor: z.number().int().nonnegative() }),
    z.object({ in: z.literal("garden") }),
  ]),
  note: z.string().optional(),
});

test("records fit the schema, and differ", () => {
  const lamps = recordFactory(Lamp).many(50);
  for (const lamp of lamps) expect(Lamp.parse(lamp)).toEqual(lamp);
  expect(new Set(lamps.map(({ lampId }) => lampId)).size).toBe(50);
});

test("the same seed makes the same records at any time", () => {
  const first = recordFactory(Lamp, { seed: 7 }).many(5);
  vi.useFakeTimers({ now: Date.UTC(1999, 0, 1) });
  try {
    expect(recordFactory(Lamp, { seed: 7 }).many(5)).toEqual(first);
    expect(Date.now()).toBe(Date.UTC(1999, 0, 1));
  } finally {
    vi.useRealTimers();
  }
  expect(recordFactory(Lamp, { seed: 8 }).many(5)).not.toEqual(first);
});

test("the clock of the machine is as it was", () => {
  recordFactory(Lamp)();
  expect(vi.isFakeTimers()).toBe(false);
  expect(vi.getMockedSystemTime()).toBeNull();
  expect(new Date().getUTCFullYear()).not.toBe(2030);
});

describe("values", () => {
  test("are what the test is about", () => {
    const aLamp = recordFactory(Lamp, { values: (position) => ({ name: `lamp ${position}` }) });
    expect(aLamp()).toMatchObject({ name: "lamp 1" });
    expect(aLamp({ name: "mine", watts: 5 })).toMatchObject({ name: "mine", watts: 5 });
    expect(aLamp.many(2, { watts: 9 }).map(({ name, watts }) => [name, watts])).toEqual([
      ["lamp 3", 9],
      ["lamp 4", 9],
    ]);
  });

  test("are typed, and checked", () => {
    const aLamp = recordFactory(Lamp);
    expectTypeOf(aLamp()).toEqualTypeOf<z.infer<typeof Lamp>>();
    // @ts-expect-error -- the field is misspelt
    expect(aLamp({ nam: "mine" })).toBeDefined();
    expect(() => aLamp({ watts: 0 })).toThrow(/give these fields as values:\n- watts: /);
  });

  test("help where a check cannot be guessed", () => {
    const Range = z
      .object({ least: z.number(), most: z.number() })
      .refine(({ least, most }) => most === least + 1, "must be one apart");
    expect(() => recordFactory(Range)()).toThrow(/- the record: must be one apart/);
    expect(recordFactory(Range)({ least: 1, most: 2 })).toEqual({ least: 1, most: 2 });
  });
});
