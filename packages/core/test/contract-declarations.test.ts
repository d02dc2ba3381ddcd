import { describe, expect, test } from "vitest";
import { z } from "zod";
import { localCall, method, Service, type MethodDefinition } from "../src/contract/index.ts";
import { DeclarationError } from "../src/errors/declaration-error.ts";

function declare(definition: object, name = "get"): string {
  try {
    const complete = { http: "GET /x", input: z.object({}), output: z.string(), ...definition };
    Service("s", { [name]: complete as unknown as MethodDefinition });
    return "taken";
  } catch (error) {
    expect(error).toBeInstanceOf(DeclarationError);
    return (error as Error).message;
  }
}

const inherited = Object.getOwnPropertyNames(Object.prototype).filter((name) =>
  /^[A-Za-z]+$/.test(name),
);

describe("names that all objects have are not fields", () => {
  test.each([...inherited, "__proto__"])("%s", (name) => {
    const Output = z.object({ a: z.string() });
    expect(declare({ http: `GET /x/:${name}` })).toContain(`":${name}" is not a field`);
    expect(declare({ location: `/x/:${name}` })).toContain(`":${name}" is not a field`);
    expect(declare({ location: `/x/:${name}`, output: Output })).toContain("is not a field");
    expect(declare({ etag: name, output: Output })).toContain(`etag "${name}" is not a field`);
    expect(declare({ http: "PUT /x", ifMatch: name })).toContain(`"${name}" is not a field`);
    expect(declare({ headers: { [name]: "x-a" } })).toMatch(/is not a field|^taken$/);
  });

  test.each(inherited)(
    "%s is no name of a method: a class that lacks it would seem to have it",
    (name) => {
      expect(declare({}, name)).toContain("cannot be the name of a method");
    },
  );
});

test("a field __proto__ is refused at any depth, as no body can carry it", () => {
  const input = z.object({ a: z.array(z.object({ ["__proto__"]: z.string() })) });
  expect(declare({ http: "POST /x", input })).toContain('input.a[] has a field "__proto__"');
});

test.each([
  ["null", null],
  ["nothing", undefined],
  ["text", "GET /x"],
])("a definition that is %s is named", (_name, definition) => {
  expect(() => Service("s", { get: definition as unknown as MethodDefinition })).toThrow(
    /get: the definition is not what method\(/,
  );
});

test.each([undefined, null, "string", {}, { _def: {} }, () => z.string()])(
  "%s is no schema",
  (schema) => {
    expect(declare({ input: schema })).toContain("get: the input is not a schema of zod 4");
    expect(declare({ output: schema })).toContain("get: the output is not a schema of zod 4");
  },
);

test("an unknown error code is named", () => {
  expect(declare({ errors: ["not_found", "toString", "notFound"] })).toMatch(
    /"toString" is not an error code.*\n.*"notFound" is not an error code: use cancelled, /,
  );
});

describe("an input whose fields travel apart cannot be left out as a whole", () => {
  const Fields = z.object({ limit: z.number().default(10) });
  const places: Record<string, object> = {
    "in a query": { http: "GET /x" },
    "of a deletion": { http: "DELETE /x", output: z.void() },
    "in a path": { http: "POST /x/:limit" },
    "in a header": { http: "POST /x", headers: { limit: "x-limit" } },
  };
  test.each(Object.entries(places))("%s", (_name, place) => {
    const refused = "cannot be left out as a whole";
    expect(declare({ ...place, input: Fields })).toBe("taken");
    expect(declare({ ...place, input: Fields.optional() })).toContain(refused);
    expect(declare({ ...place, input: Fields.default({ limit: 50 }) })).toContain(refused);
    expect(declare({ ...place, input: Fields.prefault({ limit: 50 }) })).toContain(refused);
    expect(declare({ ...place, input: Fields.catch({ limit: 3 }) })).toContain(refused);
    expect(declare({ ...place, input: Fields.default({ limit: 1 }).readonly() })).toContain(
      refused,
    );
    expect(declare({ ...place, input: Fields.nullable() })).toContain("cannot be null");
    expect(declare({ ...place, input: Fields.optional().nonoptional() })).toBe("taken");
    expect(declare({ ...place, input: Fields.prefault({}) })).toBe("taken");
    expect(declare({ ...place, input: Fields.default({ limit: 10 }) })).toBe("taken");
  });
  test("a body can be left out", () => {
    expect(declare({ http: "POST /x", input: Fields.optional() })).toBe("taken");
    expect(declare({ http: "POST /x", input: Fields.nullable() })).toBe("taken");
  });
});

test.each(["/./x", "/x/..", "/../x", "/x/./y"])(
  "the path %s is refused, as clients resolve it",
  (path) => {
    expect(declare({ http: `GET ${path}` })).toContain("is resolved on its way");
  },
);

test.each([
  "//evil.example",
  "//:a",
  "x",
  "http://evil.example/:a",
  "/x//:a",
  "/../:a",
  "/x/.",
  "/\\evil.example",
  "/a b",
  "/a\nb",
])("the location %j leads to no path of this host", (location) => {
  expect(declare({ location, output: z.object({ a: z.string() }) })).toContain(
    "is not a path of this host",
  );
});

test.each(["/", "/x/:a", "/:a/", "/x?of=:a//", "/x/:a#:a"])(
  "the location %s is accepted",
  (location) => {
    expect(declare({ location, output: z.object({ a: z.string() }) })).toBe("taken");
  },
);

test("a class that is no contract, and one that lacks methods, are wrong declarations", () => {
  class None {}
  expect(() => localCall(None as never, {})).toThrow(DeclarationError);
  abstract class Some extends Service("s", {
    get: method({ http: "GET /x", input: z.object({}), output: z.string() }),
  }) {}
  expect(() => localCall(Some, {} as never)).toThrow(DeclarationError);
});

test("an input stays strict behind a lazy schema that was used before", async () => {
  const lazy = z.lazy(() => z.object({ a: z.string() }));
  lazy.parse({ a: "x", b: 1 });
  abstract class Things extends Service("s", {
    put: method({ http: "PUT /x", input: z.object({ inner: lazy }), output: z.void() }),
  }) {}
  const things = localCall(Things, { put: async () => undefined });
  await expect(things.put({ inner: { a: "x", b: 1 } as never })).rejects.toThrow(
    "inner.b: Unknown field",
  );
});
