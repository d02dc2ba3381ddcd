import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { createContext } from "../src/context/create-context.ts";
import { currentContext, runWithContext } from "../src/context/current-context.ts";
import { describeContract, isContract, localCall, method, Service } from "../src/contract/index.ts";
import {
  CancelledError,
  DeadlineExceededError,
  InternalError,
  InvalidArgumentError,
  NotFoundError,
} from "../src/errors/canonical-errors.ts";
import { toServiceError } from "../src/errors/to-service-error.ts";

const Thing = z.object({ thingId: z.string(), name: z.string() });
const CreateThing = z.object({
  name: z.string().max(20),
  labels: z.array(z.object({ key: z.string() })).default([]),
});

abstract class ThingService extends Service("things", {
  createThing: method({
    http: "POST /things",
    status: 201,
    input: CreateThing,
    output: Thing,
    errors: ["already_exists"],
    location: "/things/:thingId",
  }),
  getThing: method({
    http: "GET /things/:thingId",
    input: z.object({ thingId: z.string() }),
    output: Thing,
  }),
  deleteThing: method({
    http: "DELETE /things/:thingId",
    input: z.object({ thingId: z.string() }),
    output: z.void(),
  }),
}) {}

class ThingServiceImpl implements ThingService {
  async createThing(request: z.infer<typeof CreateThing>): Promise<z.infer<typeof Thing>> {
    return { thingId: `thing_${request.name}`, name: request.name };
  }
  async getThing({ thingId }: { thingId: string }): Promise<z.infer<typeof Thing>> {
    return { thingId, name: "x" };
  }
  async deleteThing(): Promise<void> {}
}

async function fault(run: () => Promise<unknown>): Promise<ReturnType<typeof toServiceError>> {
  try {
    await run();
  } catch (error) {
    return toServiceError(error);
  }
  throw new Error("Expected a rejection.");
}

describe("a contract", () => {
  test("is described with every default filled in", () => {
    const { name, methods } = describeContract(ThingService);
    expect(name).toBe("things");
    expect(
      methods.map(({ name, httpMethod, path, pathParameters, status, idempotent, errors }) => ({
        name,
        route: `${httpMethod} ${path}`,
        pathParameters,
        status,
        idempotent,
        errors,
      })),
    ).toEqual([
      {
        name: "createThing",
        route: "POST /things",
        pathParameters: [],
        status: 201,
        idempotent: false,
        errors: ["already_exists"],
      },
      {
        name: "getThing",
        route: "GET /things/:thingId",
        pathParameters: ["thingId"],
        status: 200,
        idempotent: false,
        errors: [],
      },
      {
        name: "deleteThing",
        route: "DELETE /things/:thingId",
        pathParameters: ["thingId"],
        status: 204,
        idempotent: false,
        errors: [],
      },
    ]);
  });

  test("is told apart from other classes", () => {
    expect(isContract(ThingService)).toBe(true);
    expect(isContract(ThingServiceImpl)).toBe(false);
    expect(isContract({})).toBe(false);
    expect(() => describeContract(ThingServiceImpl as never)).toThrow(
      "ThingServiceImpl is not a contract",
    );
  });

  test("is a type: callers give the input, implementations may leave the options out", () => {
    type Create = ThingService["createThing"];
    expectTypeOf<Parameters<Create>[0]>().toEqualTypeOf<z.input<typeof CreateThing>>();
    expectTypeOf<ReturnType<Create>>().toEqualTypeOf<Promise<z.infer<typeof Thing>>>();
    expectTypeOf<ThingServiceImpl>().toExtend<ThingService>();
    expectTypeOf<Omit<ThingServiceImpl, "getThing">>().not.toExtend<ThingService>();
    expectTypeOf<
      Omit<ThingServiceImpl, "getThing"> & {
        getThing(input: { thingId: number }): Promise<unknown>;
      }
    >().not.toExtend<ThingService>();
    expectTypeOf(ThingService).toExtend<abstract new (...values: never[]) => ThingService>();
    // @ts-expect-error: a contract is abstract
    void (() => new ThingService());
  });

  test("lists every fault of its declaration at once", () => {
    const input = z.object({
      id: z.string(),
      when: z.date(),
      nested: z.object({ big: z.bigint() }),
    });
    expect(() =>
      Service("no good", {
        constructor: method({ http: "GET /a/:missing", input: z.object({}), output: z.string() }),
        one: method({ http: "PUT /a/:id/:nested", status: 404, input, output: z.void() }),
        two: method({
          http: "GET /b",
          input: z.object({}),
          output: z.object({ x: z.string().transform(Number) }),
          location: "/b/:y",
        }),
        three: method({ http: "GET /b", input: z.string(), output: z.map(z.string(), z.string()) }),
        four: method({ http: "FETCH /b" as "GET /b", input: z.object({}), output: z.null() }),
      }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [DeclarationError: The contract "no good" is not valid:
        - the name may hold letters, digits, dots and hyphens, and starts with a letter
        - constructor: this name cannot be the name of a method
        - constructor: the path parameter ":missing" is not a field of the input
        - one: the status 404 is not a status of success (200 to 299)
        - one: the path parameter ":nested" must be a string, a number or a boolean
        - one: input.when is a z.date(), which JSON cannot carry: use z.iso.datetime(), or z.codec from it
        - one: input.nested.big is a z.bigint(), which JSON cannot carry: use a string, or z.codec from one
        - two: the location's ":y" is not a field of the output
        - two: output.x uses a transform, which has no way back: use z.codec
        - three: the input must be a z.object, as its fields come from the path and the query
        - three: output is a z.map(), which JSON cannot carry: use z.record()
        - four: "FETCH /b" is not an HTTP method and a path such as "GET /things/:thingId"
        - three: has the same route as two]
    `);
  });

  test.each(["/café", "/a/ü/:id", '/"a"', "/a|b", "/a{b}", "/日本", "/a^b", "/a<b>"])(
    "refuses a path that clients write in different ways: %s",
    (path) => {
      const input = z.object({ id: z.string() });
      const fault = /the path segment "[^]*" may hold only letters of ASCII, digits and/;
      const declare = (http: string, location: string) => () =>
        Service("paths", {
          one: method({
            http: http as "POST /",
            input,
            output: input,
            location: location as "/",
          }),
        });
      expect(declare(`POST ${path}`, "/x")).toThrow(fault);
      expect(declare("POST /x", path)).toThrow(fault);
      expect(declare("POST /a.b/~c;d=e,f/:id", "/a.b/:id?x=y")).not.toThrow();
    },
  );

  test("may be recursive", async () => {
    const Tree = z.object({
      name: z.string(),
      get children() {
        return z.array(Tree);
      },
    });
    abstract class TreeService extends Service("trees", {
      put: method({ http: "PUT /trees", input: Tree, output: Tree }),
    }) {}
    const trees = localCall(TreeService, { put: async (tree: z.infer<typeof Tree>) => tree });
    const tree = { name: "a", children: [{ name: "b", children: [] }] };
    expect(await trees.put(tree)).toEqual(tree);
    const wrong = { name: "a", children: [{ name: "b", children: [], extra: 1 }] };
    expect((await fault(() => trees.put(wrong))).details).toEqual({
      errors: [{ path: "children[0].extra", message: "Unknown field", code: "unrecognized_keys" }],
    });
    // Each level is an object in a list.
    const nested = (levels: number): z.infer<typeof Tree> => {
      let made: z.infer<typeof Tree> = { name: "leaf", children: [] };
      for (let level = 1; level < levels; level += 1) made = { name: "n", children: [made] };
      return made;
    };
    expect(await trees.put(nested(250))).toEqual(nested(250));
    for (const levels of [251, 100_000]) {
      const error = await fault(() => trees.put(nested(levels)));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error.message).toBe("The input of trees.put is nested too deeply.");
    }
  });

  test("an output that is too deep, or leads back to itself, is a named fault", async () => {
    const Tree = z.object({
      get children() {
        return z.array(Tree);
      },
    });
    abstract class DeepService extends Service("deep", {
      any: method({ http: "GET /any", input: z.object({}), output: z.any() }),
      tree: method({ http: "GET /tree", input: z.object({}), output: Tree }),
      declared: method({
        http: "GET /declared",
        input: z.object({}),
        output: z.object({ a: z.any() }),
      }),
    }) {}
    const list = (depth: number): unknown => {
      let made: unknown[] = [];
      for (let level = 1; level < depth; level += 1) made = [made];
      return made;
    };
    const loop: { children: unknown[] } = { children: [] };
    loop.children.push(loop);
    const of = (value: unknown) =>
      localCall(DeepService, {
        any: async () => value,
        tree: async () => value as never,
        declared: async () => ({ a: 1, undeclared: value }) as never,
      });
    expect(await of(list(500)).any({})).toEqual(list(500));
    for (const value of [list(501), list(1_000_000), loop]) {
      const error = await fault(() => of(value).any({}));
      expect(error.code).toBe("internal");
      expect((error.cause as Error).message).toBe(
        "The output of deep.any is nested too deeply, or leads back to itself.",
      );
    }
    expect(((await fault(() => of(loop).tree({}))).cause as Error).message).toContain("deep.tree");
    expect(await of(loop).declared({})).toEqual({ a: 1 });
  });
});

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

  test("fills in defaults and lets loose objects be loose", async () => {
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

  test("strips what the output does not declare, and names fields of a wrong output, not values", async () => {
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

  test("shares nothing by reference, whatever the types", async () => {
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

  test("gives canonical classes with the original as cause", async () => {
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

describe("the limits of a local call", () => {
  const hanging = localCall(ThingService, {
    createThing: () => new Promise(() => {}),
    getThing: (_input, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener("abort", () => reject(new Error("stopped")));
      }),
    deleteThing: async () => {},
  });

  test("are the caller's time-out", async () => {
    expect(await fault(() => hanging.createThing({ name: "a" }, { timeout: 20 }))).toBeInstanceOf(
      DeadlineExceededError,
    );
    expect(await fault(() => hanging.getThing({ thingId: "a" }, { timeout: 20 }))).toBeInstanceOf(
      DeadlineExceededError,
    );
  });

  test("are the request's deadline, which a time-out can only shorten", async () => {
    const context = createContext({ parent: null, deadline: Date.now() + 20 });
    const error = await runWithContext(context, () =>
      fault(() => hanging.createThing({ name: "a" }, { timeout: 60_000 })),
    );
    expect(error).toBeInstanceOf(DeadlineExceededError);
  });

  test("are the caller's signal and the request's", async () => {
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

  test("keep a call from starting when they are reached already", async () => {
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
