import { describe, expect, test } from "vitest";
import { z } from "zod";
import { localCall, method, Service } from "../src/contract/index.ts";
import {
  InternalError,
  InvalidArgumentError,
  NotFoundError,
} from "../src/errors/canonical-errors.ts";
import { ThingService, ThingServiceImpl, fault } from "./things.ts";

describe("a local call", () => {
  test("is an instance of its contract and passes values through", async () => {
    const things = localCall(ThingService, new ThingServiceImpl());
    expect(things).toBeInstanceOf(ThingService);
    expect(await things.createThing({ name: "a" })).toEqual({ thingId: "thing_a", name: "a" });
    expect(await things.deleteThing({ thingId: "a" })).toBeUndefined();
  });

  test("refuses unknown fields at any depth, by name", async () => {
    const things = localCall(ThingService, new ThingServiceImpl());
    const error = await fault(() =>
      things.createThing({
        name: "a".repeat(21),
        labels: [{ key: "k", typo: 1 }],
        nmae: 1,
      } as never),
    );
    expect(error).toBeInstanceOf(InvalidArgumentError);
    const { errors } = error.details as { errors: { path: string; code: string }[] };
    expect(errors.map(({ path, code }) => `${path} ${code}`)).toEqual([
      "name too_big",
      "labels[0].typo unrecognized_keys",
      "nmae unrecognized_keys",
    ]);
  });

  test("fills in defaults and keeps loose objects loose", async () => {
    abstract class Echo extends Service("echo", {
      echo: method({
        http: "POST /echo",
        input: z.looseObject({ size: z.number().default(3) }),
        output: z.looseObject({}),
      }),
    }) {}
    const echo = localCall(Echo, { echo: async (input) => input });
    expect(await echo.echo({ more: true })).toEqual({ size: 3, more: true });
  });

  test("removes undeclared fields of an output, and names fields of a wrong output, not values", async () => {
    const things = localCall(ThingService, {
      createThing: async () => ({ thingId: "s3cret-value", name: 5 }) as never,
      deleteThing: async () => {},
      getThing: async () => ({ thingId: "a", name: "b", password: "hidden" }),
    });
    expect(await things.getThing({ thingId: "a" })).toEqual({ thingId: "a", name: "b" });
    const error = await fault(() => things.createThing({ name: "a" }));
    expect(error).toBeInstanceOf(InternalError);
    expect(error.message).toBe("An internal error occurred.");
    const cause = error.cause as InternalError;
    expect(cause.message).toBe("The output of things.createThing does not match its contract.");
    expect(cause.internalDetails).toMatchObject({ errors: [{ path: "name" }] });
    expect(JSON.stringify(cause.internalDetails)).not.toContain("s3cret");
  });

  test("shares nothing by reference, for any type", async () => {
    const Free = z.object({
      any: z.any(),
      record: z.record(z.string(), z.array(z.number())),
      list: z.array(z.object({ n: z.number() })),
      pair: z.tuple([z.object({ n: z.number() })]),
    });
    abstract class Keeper extends Service("keeper", {
      keep: method({ http: "POST /keep", input: Free, output: Free }),
    }) {}
    let kept: z.infer<typeof Free> | undefined;
    const keeper = localCall(Keeper, {
      keep: async (input: z.infer<typeof Free>) => {
        kept = input;
        return input;
      },
    });
    const make = () => ({
      any: { deep: [1] },
      record: { a: [1] },
      list: [{ n: 1 }],
      pair: [{ n: 1 }] as [{ n: number }],
    });
    const given = make();
    const got = await keeper.keep(given);
    expect(got).toEqual(make());
    const mutate = (value: z.infer<typeof Free>) => {
      (value.any as { deep: number[] }).deep.push(2);
      value.record["a"]?.push(2);
      value.list[0]!.n = 2;
      value.pair[0].n = 2;
    };
    mutate(kept!);
    expect(given).toEqual(make());
    expect(got).toEqual(make());
    mutate(got);
    mutate(kept!);
    expect(given).toEqual(make());
  });

  test("carries codecs as their outer side", async () => {
    const When = z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    });
    abstract class Clock extends Service("clock", {
      now: method({ http: "GET /now", input: z.object({}), output: z.object({ when: When }) }),
    }) {}
    const when = new Date(0);
    const clock = localCall(Clock, { now: async () => ({ when }) });
    const answer = await clock.now({});
    expect(answer.when).toEqual(when);
    expect(answer.when).not.toBe(when);
  });

  test("rejects with canonical classes, with the original as cause", async () => {
    class ThingMissing extends NotFoundError {}
    const details = { thing: { id: "a" } };
    const thrown = new ThingMissing("There is no thing a.", {
      details,
      internalDetails: { table: "t" },
    });
    const things = localCall(ThingService, {
      createThing: async () => {
        throw new Error("password=hunter2");
      },
      getThing: () => {
        throw thrown;
      },
      deleteThing: async () => {
        throw new InternalError("the table t is on fire");
      },
    });
    const missing = await fault(() => things.getThing({ thingId: "a" }));
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(missing).not.toBeInstanceOf(ThingMissing);
    expect(missing.cause).toBe(thrown);
    expect(missing.details).toEqual(details);
    expect(missing.details["thing"]).not.toBe(details.thing);
    const unknown = await fault(() => things.createThing({ name: "a" }));
    expect(unknown).toBeInstanceOf(InternalError);
    expect(unknown.message).toBe("An internal error occurred.");
    expect((await fault(() => things.deleteThing({ thingId: "a" }))).message).toBe(
      "An internal error occurred.",
    );
  });

  test("names the methods that an implementation lacks", () => {
    expect(() => localCall(ThingService, { getThing: async () => {} } as never)).toThrow(
      "does not implement ThingService: it lacks createThing, deleteThing",
    );
  });
});
