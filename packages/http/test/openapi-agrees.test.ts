import { describeContract, localCall, method, Service } from "@plinth/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Random } from "../../core/test/validators/random.ts";
import { openApiDocument } from "../src/index.ts";
import { SchemaGenerator } from "./generated-schemas.ts";

const seed = Number(process.env["PLINTH_OPENAPI_SEED"] ?? 20_261_130);
const schemas = Number(process.env["PLINTH_OPENAPI_SCHEMAS"] ?? 60);
const values = 60;

/** What a contract with these schemas does, and what its document says. */
function judgesOf(input: z.ZodType, output: z.ZodType) {
  const contract = class extends Service("s", {
    m: method({ http: "POST /x", input, output, public: true }),
  }) {} as never;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(openApiDocument([contract], { title: "t", version: "1" }), "d");
  const operation = "d#/paths/~1x/post";
  const content = "content/application~1json/schema";
  const [described] = describeContract(contract).methods;
  return {
    takes: (value: unknown): boolean => z.safeParse(described!.input, value).success,
    saysInput: ajv.compile({ $ref: `${operation}/requestBody/${content}` }),
    saysOutput: ajv.compile({ $ref: `${operation}/responses/200/${content}` }),
    /** What comes back of what an implementation gives; nothing where it does not fit. */
    async sends(value: unknown): Promise<unknown> {
      const service: { m(): Promise<unknown> } = localCall(contract, { m: async () => value });
      try {
        return JSON.parse(JSON.stringify(await service.m())) as unknown;
      } catch {
        return undefined;
      }
    },
  };
}

/** Refused by every schema. */
function isPoison(value: unknown): boolean {
  return JSON.stringify(value).includes('"constructor":{"prototype"');
}

/** Whether the server takes a value; nothing where zod has no answer. */
function verdict(takes: (value: unknown) => boolean, value: unknown): boolean | undefined {
  try {
    return takes(value);
  } catch (error) {
    // The sides of an intersection made two things of one value.
    expect(String(error)).toContain("Unmergable intersection");
    return undefined;
  }
}

describe(`${schemas} schemas, ${values} values each`, { timeout: 60_000 + schemas * 2_000 }, () => {
  test("a document accepts the same inputs as the server", () => {
    const generator = new SchemaGenerator(new Random(seed));
    const counts = { true: 0, false: 0 };
    for (let index = 0; index < schemas; index += 1) {
      const { schema, sample } = generator.whole();
      const { takes, saysInput } = judgesOf(schema, z.any());
      for (let round = 0; round < values; round += 1) {
        const value = generator.spoilt(sample());
        const isTaken = isPoison(value) ? undefined : verdict(takes, value);
        if (isTaken === undefined) continue;
        counts[`${isTaken}`] += 1;
        const place = `schema ${index} of seed ${seed}, ${JSON.stringify(value)}`;
        expect(saysInput(value), place).toBe(isTaken);
      }
    }
    // Values that are all of one verdict would say little.
    expect(Math.min(counts.true, counts.false)).toBeGreaterThan((schemas * values) / 8);
  });

  test("a document accepts the outputs of the server", async () => {
    const generator = new SchemaGenerator(new Random(seed + 1));
    let sent = 0;
    for (let index = 0; index < schemas; index += 1) {
      const { schema, sample } = generator.whole();
      const { sends, saysOutput } = judgesOf(z.any(), schema);
      for (let round = 0; round < values; round += 1) {
        const output = await sends(generator.spoilt(sample()));
        if (output === undefined) continue;
        sent += 1;
        const place = `schema ${index} of seed ${seed + 1}, ${JSON.stringify(output)}`;
        expect(saysOutput(output), place).toBe(true);
      }
    }
    expect(sent).toBeGreaterThan((schemas * values) / 8);
  });
});

const left = z.object({ a: z.string() });
const right = z.object({ b: z.string() });
const whole = { a: "1", b: "2" };

/** Schemas with a value that fits and one that does not. */
const known: Record<string, [z.ZodType, unknown, unknown]> = {
  "an intersection": [left.and(right), whole, { ...whole, c: 1 }],
  "a side with a description": [left.describe("left").and(right), whole, { a: "1" }],
  "a readonly side": [left.readonly().and(right.readonly()), whole, { ...whole, c: 1 }],
  "a side that is a record": [left.and(z.record(z.enum(["b"]), z.string())), whole, { a: "1" }],
  "a side with names of a pattern": [
    left.and(z.record(z.string().regex(/^k/), z.number())),
    { a: "1", k1: 1 },
    { a: "1", k1: "1" },
  ],
  "a side with metadata": [left.meta({ id: "Left" }).and(right), whole, { ...whole, c: 1 }],
  "a side that is a choice": [
    left.and(
      z.discriminatedUnion("t", [
        z.object({ t: z.literal(1) }),
        z.object({ t: z.literal(2), b: z.string() }),
      ]),
    ),
    { a: "1", t: 2, b: "2" },
    { a: "1", t: 1, b: "2" },
  ],
  "three sides": [left.and(right).and(z.object({ c: z.int() })), { ...whole, c: 1 }, whole],
};

test.each(Object.entries(known))(
  "%s is described as it is checked",
  (_name, [schema, fits, not]) => {
    const { takes, saysInput, saysOutput } = judgesOf(schema, schema);
    expect([takes(fits), takes(not)]).toEqual([true, false]);
    expect([saysInput(fits), saysInput(not)]).toEqual([true, false]);
    expect(saysOutput(fits)).toBe(true);
  },
);

test("a recursive side is strict at every depth, as the server is", () => {
  const Node = z.object({
    value: z.string(),
    get next() {
      return Node.optional();
    },
  });
  for (const schema of [Node, Node.and(z.object({ extra: z.string().optional() }))]) {
    const { takes, saysInput } = judgesOf(schema, z.any());
    const good = { value: "a", next: { value: "b", next: { value: "c" } } };
    const bad = { value: "a", next: { value: "b", next: { value: "c", extra: "x" } } };
    expect([takes(good), takes(bad)]).toEqual([true, false]);
    expect([saysInput(good), saysInput(bad)]).toEqual([true, false]);
  }
});
