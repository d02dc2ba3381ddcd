import * as z from "zod";
import { describe, expect, test } from "vitest";
import {
  BaseConfig,
  boolean,
  byteSize,
  duration,
  integer,
  json,
  list,
  number,
  port,
  secret,
  url,
} from "@plinth/config";

function outputs(schema: z.ZodType, cases: readonly (readonly [unknown, unknown])[]): void {
  for (const [given, wanted] of cases) {
    expect(schema.safeParse(given).data, `reads ${JSON.stringify(given)}`).toStrictEqual(wanted);
  }
}

function refuses(schema: z.ZodType, cases: readonly unknown[]): void {
  for (const given of cases) {
    expect(schema.safeParse(given).success, `refuses ${JSON.stringify(given)}`).toBe(false);
  }
}

describe("parsers", () => {
  test("boolean reads true, false, 1, 0 and nothing else", () => {
    outputs(boolean(), [
      ["true", true],
      ["false", false],
      ["1", true],
      ["0", false],
      [false, false],
    ]);
    refuses(boolean(), ["", "maybe", "yes", "TRUE", " true", 1, 0, undefined, null]);
  });

  test("number and integer read decimals exactly", () => {
    outputs(number(), [
      ["0.25", 0.25],
      ["-3", -3],
      ["1e6", 1e6],
      [".5", 0.5],
      [2.5, 2.5],
    ]);
    refuses(number(), ["", " ", "abc", "0x10", "Infinity", "1e999", "1,5", Number.NaN, true]);
    outputs(integer(), [
      ["42", 42],
      ["-1", -1],
      [7, 7],
    ]);
    refuses(integer(), ["", "1.5", "1e3", "9007199254740993", 1.5, "12 "]);
    refuses(integer({ minimum: 1, maximum: 5 }), ["0", "6"]);
    outputs(port(), [
      ["0", 0],
      ["65535", 65_535],
    ]);
    refuses(port(), ["65536", "-1", "+80", "80.0"]);
  });

  test("duration and byteSize require a unit", () => {
    outputs(duration(), [
      ["1500ms", 1500],
      ["30s", 30_000],
      ["5m", 300_000],
      ["1.5h", 5_400_000],
      ["1.1s", 1100],
      ["2d", 172_800_000],
      ["0", 0],
      [250, 250],
    ]);
    refuses(duration(), ["", "30", "5 minutes", "-1s", "s", "1.5ms", -1]);
    refuses(duration({ maximum: 1000 }), ["2s"]);
    outputs(byteSize(), [
      ["512B", 512],
      ["64KiB", 65_536],
      ["10MB", 10_000_000],
      ["1 GiB", 1_073_741_824],
    ]);
    refuses(byteSize(), ["10", "10mb", "10M", ""]);
  });

  test("url refuses what only looks like one", () => {
    outputs(url(), [["https://a.example/x", "https://a.example/x"]]);
    outputs(url({ protocols: ["redis"] }), [["redis://h:6379", "redis://h:6379"]]);
    refuses(url(), ["localhost:3000", "/path", "http://", "http:///x", "http://a b", ""]);
    refuses(url({ protocols: ["https"] }), ["http://a.example"]);
  });

  test("url trims white space at its ends, and refuses it inside", () => {
    outputs(url(), [
      ["http://a/\n", "http://a/"],
      [" \t\r\nhttp://a/x\r\n ", "http://a/x"],
    ]);
    refuses(url(), [
      "http://a/\nb",
      "http://a/\tb",
      "http://a/ b",
      "http://a/\u0001",
      "ht\ntp://a/",
    ]);
  });

  test("list splits at commas, trims, and refuses an empty item", () => {
    outputs(list(), [
      ["a, b,c", ["a", "b", "c"]],
      [["a"], ["a"]],
    ]);
    outputs(list(integer()), [["1,2", [1, 2]]]);
    refuses(list(), ["a,,b", "a,"]);
    refuses(list(integer()), ["1,x"]);
    refuses(list(z.string(), { minimum: 2 }), ["a"]);
  });

  test("json reads text as well as the value", () => {
    const schema = json(z.object({ retries: z.number() }));
    outputs(schema, [
      ['{"retries":2}', { retries: 2 }],
      [{ retries: 3 }, { retries: 3 }],
    ]);
    refuses(schema, ["{", "[]", '{"retries":"2"}', ""]);
  });

  test("secret keeps the type that it wraps", () => {
    const key = secret(z.string().min(8));
    expect(key.parse("long enough").reveal()).toBe("long enough");
    refuses(key, ["short", 5, undefined, "file:/run/x"]);
  });
});

describe("a schema that cannot read text", () => {
  test.each([
    ["count", z.number(), "number(), integer()"],
    ["count", z.number().optional(), "number(), integer()"],
    ["count", z.number().default(3), "number(), integer()"],
    ["count", z.coerce.number(), "number(), integer()"],
    ["debug", z.boolean(), "boolean()"],
    ["debug", z.coerce.boolean(), "boolean()"],
    ["hosts", z.array(z.string()), "list(item)"],
    ["pool", z.object({}), "json(schema)"],
    ["since", z.date(), "z.iso.datetime()"],
    ["mode", z.literal(5), "z.literal of text"],
    ["mode", z.union([z.number(), z.boolean()]), "number(), integer()"],
  ])("%s is refused when the class is declared, naming the parser", (name, schema, better) => {
    expect(() => BaseConfig.extend({ [name]: schema })).toThrow(`use ${better}`);
  });

  test("a schema that reads text is accepted", () => {
    const fields = {
      mode: z.enum(["a", "b"]),
      one: z.literal("x").optional(),
      either: z.union([z.literal("auto"), z.string().min(3)]),
      trimmed: z.string().trim().transform(Number).pipe(z.number()),
      pieces: z.preprocess((value) => String(value).split(" "), z.array(z.string())),
      size: integer().refine((value) => value % 2 === 0),
    };
    expect(Object.keys(BaseConfig.extend(fields).fields)).toContain("pieces");
  });

  test("two fields of one variable, reserved names and malformed names are refused together", () => {
    const declare = (): unknown =>
      BaseConfig.extend({
        myURL: z.string(),
        myUrl: z.string(),
        explain: z.string(),
        Bad: z.string(),
      });
    expect(declare).toThrow('"explain" is a name that every configuration has already');
    expect(declare).toThrow('"Bad" must be a camelCase name');
    expect(declare).toThrow('"myURL" and "myUrl" both read MY_URL');
  });
});
