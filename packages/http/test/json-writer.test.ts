import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createJsonWriter } from "../src/request/json-writer.ts";

const shape = { id: z.any(), 'a "quoted" name': z.any(), toString: z.any(), last: z.any() };
const value = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.double(),
  fc.constant(undefined),
);
const record = fc.record(
  { id: value, 'a "quoted" name': value, toString: value, last: value },
  { requiredKeys: [] },
);
/** In the order of the schema, as a check gives them back. */
const inOrder = (given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(shape)
      .filter((name) => Object.hasOwn(given, name))
      .map((name) => [name, given[name]]),
  );

describe("the written JSON of an output", () => {
  test("is what JSON.stringify writes", () => {
    const write = createJsonWriter(z.object(shape));
    fc.assert(
      fc.property(record, (given) => {
        const output = inOrder(given);
        expect(write(output)).toBe(JSON.stringify(output));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["control characters", "a\nb"],
    ["a quotation mark and a backslash", '"\\'],
    ["half a surrogate pair", "\ud83d"],
    ["a whole one", "\u{1f600}"],
    ["a long text", "x".repeat(10_000)],
  ])("holds %s", (_what, text) => {
    expect(createJsonWriter(z.object({ text: z.string() }))({ text })).toBe(
      JSON.stringify({ text }),
    );
  });

  test("holds a field of any name", () => {
    const schema = z.object({ ["__proto__"]: z.string(), constructor: z.string() });
    const output: unknown = JSON.parse('{"__proto__":"a","constructor":"b"}');
    expect(createJsonWriter(schema)(output)).toBe(JSON.stringify(output));
  });

  test("lacks the field that travels elsewhere", () => {
    const schema = { id: z.string(), revision: z.string() };
    const output = { id: "1", revision: "2" };
    expect(createJsonWriter(z.object(schema), "revision")(output)).toBe('{"id":"1"}');
    expect(createJsonWriter(z.looseObject(schema), "revision")(output)).toBe('{"id":"1"}');
  });

  test.each([
    ["lets other fields through", z.looseObject({ id: z.string() })],
    ["has a catch-all", z.object({ id: z.string() }).catchall(z.number())],
    ["has a check that may add to it", z.object({ id: z.string() }).overwrite((each) => each)],
    ["is a choice", z.union([z.object({ id: z.string() }), z.object({ more: z.number() })])],
    ["is a list", z.array(z.string())],
    ["is a text", z.string()],
  ])("is whole where a schema %s", (_what, schema) => {
    for (const output of [{ id: "1", more: 2 }, ["a"], "text", null]) {
      expect(createJsonWriter(schema)(output)).toBe(JSON.stringify(output));
    }
  });
});
