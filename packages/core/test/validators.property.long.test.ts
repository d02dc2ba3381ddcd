import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compileFn, INVALID, withParser } from "zod/v4/core";
import { compileSchema } from "../src/validation/compile-schema.ts";
import { compareAnswers } from "./validators/compare-answers.ts";
import { exampleSchemas } from "./validators/example-schemas.ts";
import { schemaZoo, uncompiled } from "./validators/schema-zoo.ts";

const cases = Number(process.env["PLINTH_VALIDATOR_CASES"] ?? 2_000);
const seed = Number(process.env["PLINTH_VALIDATOR_SEED"] ?? 20_261_121);

const all = [...exampleSchemas, ...schemaZoo];
const takesAll = new Set(["any", "unknown"]);
const takesNothing = new Set(["never", "intersection that never fits"]);

describe(`${cases} values a schema`, () => {
  test.each(all)("%s has the results of zod", { timeout: 20_000 + cases * 3 }, (name, entry) => {
    const compiled = compileSchema(entry.schema);
    expect(compiled).not.toBe(entry.schema);
    const { valid, invalid, fault } = compareAnswers(entry, compiled, { cases, seed });
    expect(fault).toBeUndefined();
    // Values that are all valid, or all invalid, would prove little.
    if (!takesNothing.has(name)) expect(valid).toBeGreaterThan(cases / 50);
    if (!takesAll.has(name)) expect(invalid).toBeGreaterThan(cases / 50);
    if (cases > 2_000) console.log(`${name}: ${valid} valid and ${invalid} invalid values agree`);
  });
});

test.each([...uncompiled])("%s is left to zod", (_name, schema) => {
  expect(compileSchema(schema)).toBe(schema);
});

const Sample = z.object({ a: z.string().min(2), b: z.number().optional(), c: z.array(z.int()) });
type Sample = z.infer<typeof Sample>;

/** Faults of a compiler. A comparison that does not find them proves nothing. */
const faults: Readonly<Record<string, (parsed: Sample, given: Sample) => unknown>> = {
  "hands on the caller's own list": (parsed, { c }) => ({ ...parsed, c }),
  "leaves absent fields undefined": ({ a, b, c }) => ({ a, b, c }),
  "changes the order of fields": ({ a, ...rest }) => ({ ...rest, a }),
  "turns -0 into 0": (parsed) => ({ ...parsed, c: parsed.c.map((each) => each + 0) }),
  "gives objects without a prototype": (parsed) => Object.assign(Object.create(null), parsed),
  freezes: (parsed) => Object.freeze(parsed),
};

test.each(Object.entries(faults))("a compiler that %s is found out", (_name, spoil) => {
  const parse = compileFn(Sample);
  const compiled = withParser(Sample, (given) => {
    const parsed = parse(given);
    return parsed === INVALID ? INVALID : (spoil(parsed, given as Sample) as Sample);
  });
  const { fault } = compareAnswers({ schema: Sample }, compiled, { cases: 2_000, seed });
  expect(fault).toContain("case");
});

test.each([
  ["does not check lengths", z.object({ ...Sample.shape, a: z.string() })],
  ["counts code units", z.object({ ...Sample.shape, a: z.string().regex(/^.{2,}$/s) })],
  ["does not check elements", z.object({ ...Sample.shape, c: z.array(z.number()) })],
  ["keeps unknown fields", z.looseObject(Sample.shape)],
])("a compiler that %s is found out", (_name, other) => {
  const compiled = withParser(Sample, compileFn(other));
  const { fault } = compareAnswers({ schema: Sample }, compiled, { cases: 2_000, seed });
  expect(fault).toContain("case");
});

test("a compiled check that refuses too much costs only time, as zod decides", () => {
  const compiled = withParser(Sample, () => INVALID);
  const { fault } = compareAnswers({ schema: Sample }, compiled, { cases: 2_000, seed });
  expect(fault).toBeUndefined();
});
