import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { describeContract, isContract, localCall, method, Service } from "../src/contract/index.ts";
import { InvalidArgumentError } from "../src/errors/canonical-errors.ts";
import { Thing, CreateThing, ThingService, ThingServiceImpl, fault } from "./things.ts";

describe("a contract", () => {
  test("is described with all defaults filled in", () => {
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

  test("is distinguished from other classes", () => {
    expect(isContract(ThingService)).toBe(true);
    expect(isContract(ThingServiceImpl)).toBe(false);
    expect(isContract({})).toBe(false);
    expect(() => describeContract(ThingServiceImpl as never)).toThrow(
      "ThingServiceImpl is not a contract",
    );
  });

  test("is a type: callers pass the input, implementations may omit the options", () => {
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

  test("names the fault of an output that is too deep or leads back to itself", async () => {
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
