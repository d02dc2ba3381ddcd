import { describeContract, method, Service } from "@plinth/core";
import {
  array,
  assert,
  constantFrom,
  integer,
  letrec,
  oneof,
  property,
  record,
  tuple,
  type Arbitrary,
} from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { contractDiff, openApiDocument } from "../src/index.ts";

const info = { title: "Shapes", version: "1.0.0" };

function document(input: z.ZodType, output: z.ZodType): object {
  const service = Service("shapes", {
    send: method({ http: "POST /shapes", input: z.object({ value: input }), output: z.void() }),
    get: method({ http: "GET /shapes", input: z.object({}), output: z.object({ value: output }) }),
  });
  return openApiDocument([service], info);
}

/** The changes that are named when an input changes so, and an output the other way. */
function named(before: z.ZodType, after: z.ZodType): [input: string[], output: string[]] {
  const changes = contractDiff(document(before, after), document(after, before));
  const of = (name: string): string[] =>
    changes
      .filter((change) => change.method === `shapes.${name}`)
      .map(({ field, fault }) => `${field}: ${fault}`);
  return [of("send"), of("get")];
}

describe("what breaks is named, wherever it is", () => {
  test.each<[string, z.ZodType, z.ZodType, string, string]>([
    [
      "an item of a tuple",
      z.tuple([z.string(), z.number()]),
      z.tuple([z.string(), z.string()]),
      "input.value[1]: type number became string",
      "output.value[1]: type string became number",
    ],
    [
      "an item of a list that became a tuple",
      z.array(z.string()).length(1),
      z.tuple([z.number()]),
      "input.value[0]: type string became number",
      "output.value[0]: type number became string",
    ],
    [
      "the names in a record",
      z.record(z.string(), z.number()),
      z.record(z.string().max(3), z.number()),
      "input.value.*: maxLength none became 3",
      "output.value.*: maxLength 3 became none",
    ],
    [
      "the choice of names in a record",
      z.partialRecord(z.enum(["a", "b"]), z.number()),
      z.partialRecord(z.enum(["a"]), z.number()),
      'input.value.*: the value "b" is gone',
      'output.value.*: the value "b" is new',
    ],
    [
      "a field of an object that became a record",
      z.object({ a: z.string() }),
      z.record(z.string(), z.number()),
      "input.value.a: type string became number",
      "output.value.a: type number became string",
    ],
    [
      "a field of a record that became an object",
      z.record(z.string(), z.string()),
      z.object({ a: z.number().optional() }).catchall(z.string()),
      "input.value.a: type string became number",
      "output.value.a: type number became string",
    ],
  ])("%s", (_name, before, after, input, output) => {
    const [inputs, outputs] = named(before, after);
    expect(inputs).toContain(input);
    expect(outputs).toContain(output);
  });
});

/** A schema, and values that it accepts. */
interface Shape {
  readonly schema: z.ZodType;
  readonly values: Arbitrary<unknown>;
}

const text = (length: number): string => "x".repeat(length);
const { shape } = letrec<{ shape: Shape }>((tie) => {
  const strings = integer({ min: 0, max: 3 }).map((max): Shape => ({
    schema: z.string().max(max),
    values: integer({ min: 0, max }).map(text),
  }));
  const numbers = integer({ min: 0, max: 3 }).map((min): Shape => ({
    schema: z.number().min(min),
    values: integer({ min, max: 4 }),
  }));
  const choices = constantFrom(["a"], ["a", "b"], ["b", "c"]).map((names): Shape => ({
    schema: z.enum(names as [string]),
    values: constantFrom(...names),
  }));
  const lists = tie("shape").map(({ schema, values }): Shape => ({
    schema: z.array(schema),
    values: array(values, { maxLength: 2 }),
  }));
  const tuples = array(tie("shape"), { minLength: 1, maxLength: 2 }).map((items): Shape => ({
    schema: z.tuple(items.map((item) => item.schema) as [z.ZodType]),
    values: tuple(...items.map((item) => item.values)),
  }));
  const records = tuple(integer({ min: 1, max: 3 }), tie("shape")).map(
    ([max, { schema, values }]): Shape => ({
      schema: z.record(z.string().max(max), schema),
      values: tuple(integer({ min: 1, max }), values).map(([size, value]) => ({
        [text(size)]: value,
      })),
    }),
  );
  const objects = tuple(tie("shape"), tie("shape"), constantFrom(true, false)).map(
    ([a, b, isOptional]): Shape => ({
      schema: z.object({ a: a.schema, b: isOptional ? b.schema.optional() : b.schema }),
      values: record(
        { a: a.values, b: b.values },
        isOptional ? { requiredKeys: ["a"] } : {},
      ) as Arbitrary<unknown>,
    }),
  );
  const nullables = tie("shape").map(({ schema, values }): Shape => ({
    schema: schema.nullable(),
    values: oneof(values, constantFrom(null)),
  }));
  const unions = tuple(tie("shape"), tie("shape")).map(([left, right]): Shape => ({
    schema: z.union([left.schema, right.schema]),
    values: oneof(left.values, right.values),
  }));
  const leaves = oneof(strings, numbers, choices);
  return {
    shape: oneof(
      { maxDepth: 3, depthSize: "small" },
      leaves,
      lists,
      tuples,
      records,
      objects,
      nullables,
      unions,
    ),
  };
});

/** By the strict copy that the server checks against. */
function accepts(input: z.ZodType, value: unknown): boolean {
  const service = Service("shapes", {
    send: method({ http: "POST /shapes", input: z.object({ value: input }), output: z.void() }),
  });
  const [send] = describeContract(service).methods;
  return send !== undefined && z.safeParse(send.input, { value }).success;
}

test("a change is named for every value that the old version accepts and the new one refuses", () => {
  let breaking = 0;
  const pairs = tuple(shape, shape).chain(([before, after]) =>
    array(before.values, { minLength: 1, maxLength: 5 }).map((values) => ({
      before,
      after,
      values,
    })),
  );
  assert(
    property(pairs, ({ before, after, values }) => {
      if (!values.some((value) => !accepts(after.schema, value))) return;
      breaking += 1;
      const [inputs, outputs] = named(before.schema, after.schema);
      expect(inputs).not.toEqual([]);
      expect(outputs).not.toEqual([]);
    }),
    { numRuns: 400 },
  );
  expect(breaking).toBeGreaterThan(50);
});

test("a version compared with itself has no changes", () => {
  assert(
    property(shape, ({ schema }) => {
      expect(named(schema, schema)).toEqual([[], []]);
    }),
    { numRuns: 200 },
  );
});
