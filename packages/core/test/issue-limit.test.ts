import { describe, expect, test } from "vitest";
import { z } from "zod";
import { localCall, method, Service } from "../src/contract/index.ts";
import { strictInput } from "../src/transport.ts";
import { validationError } from "../src/errors/validation-error.ts";
import { limitIssues } from "../src/validation/limit-issues.ts";
import { createSchemaCheck } from "../src/validation/schema-check.ts";
import { compareAnswers } from "./validators/compare-answers.ts";
import { exampleSchemas } from "./validators/example-schemas.ts";
import { schemaZoo, uncompiled } from "./validators/schema-zoo.ts";

const many = 3_000;
const limit = 64;

function times<T>(make: (index: number) => T): T[] {
  return Array.from({ length: many }, (_, index) => make(index));
}

function record<T>(make: (index: number) => T): Record<string, T> {
  return Object.fromEntries(times((index) => [`key${index}`, make(index)]));
}

const Item = z.object({ a: z.string(), b: z.string() });
const Tree = z.object({
  a: z.string(),
  get children() {
    return z.array(Tree).optional();
  },
});
const Pair = z.object({
  a: z.string(),
  get left() {
    return Pair.optional();
  },
  get right() {
    return Pair.optional();
  },
});

function pair(depth: number): object {
  return depth === 0 ? {} : { left: pair(depth - 1), right: pair(depth - 1) };
}

function countOf(issues: readonly object[]): number {
  return issues.reduce<number>((sum, issue) => {
    const inner = "errors" in issue ? (issue.errors as (readonly object[])[]) : [];
    return sum + 1 + inner.reduce((all, branch) => all + countOf(branch), 0);
  }, 0);
}

const faulty: Record<string, [z.ZodType, unknown]> = {
  "a list": [z.array(Item), times(() => ({}))],
  "a list in an object": [z.object({ items: z.array(Item) }), { items: times(() => ({})) }],
  "a list of strings": [z.array(z.string()), times(() => 1)],
  "a list of short strings": [z.array(z.string().min(2)), times(() => "")],
  "lists in lists": [z.array(z.array(z.array(z.string()))), times(() => [[1]])],
  "a list in a list": [z.array(z.array(z.string())), [times(() => 1)]],
  "a list with a check": [z.array(Item).refine(() => true), times(() => ({}))],
  "a list of checked items": [z.array(Item.refine(() => true)), times(() => ({}))],
  "a list of unions": [
    z.array(z.union([Item, z.array(z.string()), z.string()])),
    times(() => ({})),
  ],
  "unions of lists": [
    z.array(z.union([z.array(Item), z.array(z.string())])),
    times(() => times(() => 1).slice(0, 10)),
  ],
  "a union of lists": [z.union([z.array(Item), z.array(z.string())]), times(() => 1)],
  "discriminated unions": [
    z.array(z.discriminatedUnion("t", [z.object({ t: z.literal("a") })])),
    times(() => ({})),
  ],
  "a record": [z.record(z.string(), z.string()), record(() => 1)],
  "keys of a record": [z.record(z.string().max(2), z.number()), record(() => 1)],
  "a catchall": [z.object({}).catchall(z.string()), record(() => 1)],
  "the rest of a tuple": [z.tuple([z.string()], z.string()), ["a", ...times(() => 1)]],
  "unknown fields in a list": [z.array(z.strictObject({})), times(() => ({ x: 1 }))],
  "a recursive list": [Tree, { a: "", children: times(() => ({})) }],
  "a deep recursive list": [Tree, { children: times(() => ({ children: [{}, {}] })) }],
  "a recursive object": [Pair, pair(10)],
  "an intersection": [z.array(z.string()).and(z.array(z.string())), times(() => 1)],
  "codecs in a list": [
    z.array(z.codec(z.string(), z.number(), { decode: Number, encode: String })),
    times(() => 1),
  ],
};

describe("the limit of faults", () => {
  test.each(Object.entries(faulty))("%s", (_name, [schema, value]) => {
    const result = createSchemaCheck(schema).decode(value);
    expect(result.success).toBe(false);
    const { issues } = result.error as z.ZodError;
    // One part, or one option of a union, can exceed the limit by the size of its schema.
    expect(countOf(issues)).toBeLessThan(4 * limit);
    expect(issues.length).toBeGreaterThan(0);
    const { details } = validationError(result.error as z.ZodError, "input");
    expect((details["errors"] as unknown[]).length).toBeLessThanOrEqual(limit);
    // They are the first ones that zod finds.
    const all = schema.safeParse(value).error?.issues ?? [];
    expect(all[0]).toMatchObject({ code: issues[0]!.code, path: issues[0]!.path });
  });

  test("applies when encoding, too", () => {
    const codec = z.codec(z.string(), z.number(), { decode: Number, encode: String });
    const check = createSchemaCheck(z.array(codec).min(1));
    const result = check.encode(times(() => "no number"));
    expect((result.error as z.ZodError).issues.length).toBeLessThan(2 * limit);
  });

  test("ends the check of the rest", () => {
    let looks = 0;
    const value = times(() => ({
      get a() {
        looks += 1;
        return 1;
      },
    }));
    expect(createSchemaCheck(z.array(z.object({ a: z.string() }))).decode(value).success).toBe(
      false,
    );
    // Three times: by the check of the whole, by that of the part, and for the message.
    expect(looks).toBeLessThan(4 * limit);
  });

  test("prevents checks of the list from running on unchecked parts", () => {
    let ran = 0;
    const schema = z.array(z.string().min(1)).refine(() => {
      ran += 1;
      return true;
    });
    expect(createSchemaCheck(schema).decode(times(() => "")).success).toBe(false);
    expect(ran).toBe(0);
    expect(createSchemaCheck(schema).decode(["", ""]).success).toBe(false);
    expect(ran).toBe(1);
  });

  test("holds for calls in process", async () => {
    abstract class Things extends Service("things", {
      put: method({
        http: "PUT /things",
        input: z.object({ items: z.array(Item) }),
        output: z.void(),
      }),
    }) {}
    const things = localCall(Things, { put: async () => undefined });
    const error: unknown = await things.put({ items: times(() => ({})) as never }).catch((e) => e);
    expect(error).toMatchObject({ code: "invalid_argument" });
    expect((error as { details: { errors: unknown[] } }).details.errors).toHaveLength(limit);
    expect(String(error)).toContain("and at least 61 more");
  });
});

/** Schemas whose result depends on the parts after many ignored faults. */
const forgotten: Record<string, [z.ZodType, unknown, boolean]> = {
  "the first choice of a union fails": [
    z.array(z.union([Item, z.object({})])),
    times(() => ({})),
    true,
  ],
  "the last item is faulty": [
    z.array(z.union([Item, z.string()])),
    [...times(() => "x"), 1],
    false,
  ],
  "faults that are caught": [z.array(z.string().catch("c")), times(() => 1), true],
  "faults that are caught, and one that is not": [
    z.array(z.union([z.object({ a: z.string().catch("c") }), z.string()])),
    [...times(() => ({ a: 1 })), 1],
    false,
  ],
  "numbers as keys": [
    z.record(z.number(), z.string()),
    Object.fromEntries(times((index) => [index, "x"])),
    true,
  ],
  "numbers as keys, and one that is none": [
    z.record(z.number(), z.string()),
    Object.fromEntries([...times((index) => [index, "x"] as const), ["x", "x"]]),
    false,
  ],
  "keys that pass a loose record": [
    z.looseRecord(z.string().regex(/^S_/), z.string()),
    record(() => 1),
    true,
  ],
  "keys of the other side": [
    z.intersection(z.record(z.string().regex(/^a/), z.string()), z.looseObject({})),
    record(() => 1),
    true,
  ],
  "keys of no side": [
    z.intersection(
      z.record(z.string().regex(/^k/), z.number()),
      z.record(z.string().regex(/^z/), z.number()),
    ),
    { ...record(() => 1), other: 1 },
    false,
  ],
  "absent fields in recursion": [Pair, { a: "", left: { a: "", right: { a: "" } } }, true],
};

describe("the limit does not change which values are valid", () => {
  test.each(Object.entries(forgotten))("%s", (_name, [schema, value, isValid]) => {
    expect(schema.safeParse(value).success).toBe(isValid);
    for (const checked of [schema, strictInput(schema), z.object({ inner: schema })]) {
      const given =
        checked instanceof z.ZodObject && "inner" in checked.shape ? { inner: value } : value;
      const result = createSchemaCheck(checked).decode(given);
      expect(result.success).toBe(
        checked === schema ? isValid : z.safeParse(checked, given).success,
      );
    }
  });

  test.each([...exampleSchemas, ...schemaZoo])("%s has the results of zod", (_name, entry) => {
    const { fault } = compareAnswers(entry, limitIssues(entry.schema), {
      cases: 200,
      seed: 20_261_130,
    });
    expect(fault).toBeUndefined();
  });

  test.each([...uncompiled].filter(([name]) => name !== "promise"))(
    "%s in a list is answered as by zod",
    (_name, inner) => {
      const schema = z.array(inner as z.ZodType);
      const limited = limitIssues(schema);
      for (const value of [
        [],
        ["a"],
        [{ a: "b" }],
        [{ children: [{ children: [1] }] }],
        [1, null],
      ]) {
        const [own, of] = [z.safeParse(limited, value), z.safeParse(schema, value)];
        expect(own.success).toBe(of.success);
        expect(own.error?.issues).toEqual(of.error?.issues);
        expect(own.data).toEqual(of.data);
      }
    },
  );
});
