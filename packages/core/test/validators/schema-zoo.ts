import { z } from "zod";
import * as mini from "zod/mini";

/** One schema, with texts that it accepts and that cannot be guessed from it. */
export interface ZooEntry {
  readonly schema: z.core.$ZodType;
  readonly texts?: readonly string[];
}

const Inner = z.object({ a: z.string(), b: z.number().optional() });
const symbolKey = Symbol("declared");

function entries(
  schemas: Readonly<Record<string, z.core.$ZodType | ZooEntry>>,
): [string, ZooEntry][] {
  return Object.entries(schemas).map(([name, entry]) => [
    name,
    "schema" in entry ? entry : { schema: entry },
  ]);
}

const strings = entries({
  string: z.string(),
  "string min 1": z.string().min(1),
  "string min 5": z.string().min(5),
  "string max 5": z.string().max(5),
  "string min 3 max 6": z.string().min(3).max(6),
  "string length 4": z.string().length(4),
  "string length 0": z.string().length(0),
  nonempty: z.string().nonempty(),
  email: z.email(),
  "string email": z.string().email(),
  "email of HTML": z.email({ pattern: z.regexes.html5Email }),
  uuid: z.uuid(),
  "uuid v4": z.uuidv4(),
  "uuid v7": z.uuidv7(),
  guid: z.guid(),
  url: z.url(),
  "url normalized": z.url({ normalize: true }),
  "url of https": z.url({ protocol: /^https$/, hostname: /example/ }),
  httpUrl: z.httpUrl(),
  emoji: z.emoji(),
  nanoid: z.nanoid(),
  cuid: z.cuid(),
  cuid2: z.cuid2(),
  ulid: z.ulid(),
  xid: z.xid(),
  ksuid: z.ksuid(),
  ipv4: z.ipv4(),
  ipv6: z.ipv6(),
  cidrv4: z.cidrv4(),
  cidrv6: z.cidrv6(),
  mac: z.mac(),
  base64: z.base64(),
  base64url: z.base64url(),
  e164: z.e164(),
  jwt: z.jwt(),
  "jwt of HS256": z.jwt({ alg: "HS256" }),
  "iso datetime": z.iso.datetime(),
  "iso datetime with offset": z.iso.datetime({ offset: true, local: true, precision: 3 }),
  "iso date": z.iso.date(),
  "iso time": z.iso.time(),
  "iso duration": z.iso.duration(),
  regex: z.string().regex(/^[a-z]+$/),
  "regex that remembers": z.string().regex(/b/g),
  "regex that sticks": z.string().regex(/a/y),
  lowercase: z.string().lowercase(),
  uppercase: z.string().uppercase(),
  includes: z.string().includes("middle"),
  "includes from": z.string().includes("d", { position: 3 }),
  startsWith: z.string().startsWith("prefix"),
  endsWith: z.string().endsWith("suffix"),
  "starts with quotes": {
    schema: z.string().startsWith('"`${}\\\u2028'),
    texts: ['"`${}\\\u2028', '"`${}\\'],
  },
  "ends with nothing": z.string().endsWith(""),
  rewritten: z.string().trim().toLowerCase().min(2).normalize().toUpperCase(),
  slugified: z.string().slugify().max(3),
  "checked, then rewritten": z.string().max(3).trim(),
  "template literal": {
    schema: z.templateLiteral(["v", z.number(), ".", z.enum(["a", "b"])]),
    texts: ["v1.a", "v-1.5.b", "v1.c", "v.a", "v1e3.a"],
  },
  "mini string": mini.string().check(mini.minLength(2), mini.maxLength(4), mini.trim()),
});

const numbers = entries({
  number: z.number(),
  "number min max": z.number().min(-2).max(7.5),
  "number gt lt": z.number().gt(0).lt(1),
  "number bounded by infinity": z.number().min(Number.NEGATIVE_INFINITY).max(5),
  int: z.int(),
  "number int": z.number().int().min(1).max(100),
  int32: z.int32(),
  uint32: z.uint32(),
  float32: z.float32(),
  float64: z.float64(),
  safe: z.number().safe(),
  "multiple of 5": z.number().multipleOf(5),
  "multiple of 0.1": z.number().multipleOf(0.1),
  "multiple of 1e-7": z.number().multipleOf(1e-7),
  positive: z.number().positive(),
  nonnegative: z.number().nonnegative(),
  nan: z.nan(),
  "number or nan": z.union([z.number(), z.nan()]),
  bigint: z.bigint(),
  "bigint bounded": z.bigint().min(-3n).max(5n).multipleOf(2n),
  int64: z.int64(),
  uint64: z.uint64(),
  boolean: z.boolean(),
  date: z.date(),
  "date bounded": z
    .date()
    .min(new Date(1))
    .max(new Date(Date.UTC(2015, 0))),
  null: z.null(),
  undefined: z.undefined(),
  void: z.void(),
  any: z.any(),
  unknown: z.unknown(),
  never: z.never(),
});

const choices = entries({
  enum: z.enum(["a", "b", "__proto__", ""]),
  "enum of numbers": z.enum({ One: 1, Two: 2, Text: "text" }),
  literal: z.literal("a"),
  "literal 0": z.literal(0),
  "literal NaN": z.literal(Number.NaN),
  "literal null": z.literal(null),
  "literal undefined": z.literal(undefined),
  "literal bigint": z.literal(5n),
  "literal of odd characters": z.literal("\u2028\"'`\\\uD800${x}"),
  "many literals": z.literal(["a", 1, true, null, undefined, 2n]),
  union: z.union([z.string().min(2), z.number(), z.boolean()]),
  "union of objects": z.union([
    z.object({ a: z.string() }),
    z.strictObject({ a: z.number(), c: z.string() }),
    z.looseObject({ b: z.number() }),
  ]),
  "union in which two fit": z.union([
    z.object({ a: z.string(), b: z.number().optional() }),
    z.object({ a: z.string().default("d") }),
  ]),
  "union of one": z.union([z.string()]),
  "union with optional": z.object({ a: z.union([z.string().optional(), z.number()]) }),
  "discriminated union": z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("a"), a: z.string() }),
    z.strictObject({ kind: z.enum(["b", "c"]), b: z.number() }),
    z.looseObject({ kind: z.literal(1), c: z.boolean().optional() }),
    z.object({ kind: z.literal(null) }),
  ]),
  "discriminated union in another": z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("plain") }),
    z.discriminatedUnion("status", [
      z.object({ kind: z.literal("nested"), status: z.literal("ok"), value: z.number() }),
      z.object({ kind: z.literal("nested2"), status: z.literal("error"), text: z.string() }),
    ]),
  ]),
  "discriminated by undefined": z.discriminatedUnion("kind", [
    z.object({ kind: z.literal(undefined), a: z.string() }),
    z.object({ kind: z.literal("b") }),
  ]),
  "union of literals": z.union([z.literal("true"), z.literal(1)]),
});

const objects = entries({
  "empty object": z.object({}),
  "empty strict object": z.strictObject({}),
  "empty loose object": z.looseObject({}),
  object: Inner,
  "strict object": z.strictObject(Inner.shape),
  "loose object": z.looseObject(Inner.shape),
  catchall: Inner.catchall(z.number()),
  "catchall of objects": z.object({ a: z.string() }).catchall(z.object({ a: z.number() })),
  "catchall any": Inner.catchall(z.any()),
  "object of odd keys": z.object({
    constructor: z.string().optional(),
    toString: z.number().optional(),
    "with space": z.string(),
    '"`${}\\\u2028': z.number(),
    "0": z.string().optional(),
    hasOwnProperty: z.boolean().optional(),
  }),
  "object with a symbol": z.object({ a: z.string(), [symbolKey]: z.number().optional() } as never),
  "optional fields": z.object({
    a: z.string().optional(),
    b: z.string().nullable(),
    c: z.string().nullish(),
    d: z.string().default("d"),
    e: z.string().optional().default("e"),
    f: z.string().default("f").optional(),
    g: z.string().prefault("gg").optional(),
    h: z.string().min(2).prefault("hh"),
    i: z.string().optional().nullable(),
    j: z.string().nullable().default(null),
  }),
  "exact optional": z.object({ a: z.string().exactOptional(), b: z.number() }),
  "fields that may be undefined": z.object({
    a: z.any(),
    b: z.unknown(),
    c: z.undefined(),
    d: z.union([z.string(), z.undefined()]),
    e: z.void(),
    f: z.literal(undefined),
  }),
  "optional fields that must not be left out": z.object({
    a: z.string().optional().nonoptional(),
    b: z.string().default("b").nonoptional(),
  }),
  partial: Inner.partial(),
  required: Inner.required(),
  "deep partial": z.object({ a: Inner.partial().optional(), b: z.array(Inner.partial()) }),
  picked: z.object({ a: z.string(), b: z.number(), c: z.boolean() }).pick({ a: true, c: true }),
  extended: Inner.extend({ c: z.array(z.string()).max(3), a: z.number() }),
  nested: z.object({ a: z.object({ b: z.object({ c: z.object({ d: z.string().min(1) }) }) }) }),
  "nested strict": z.strictObject({ a: z.strictObject({ b: z.strictObject({ c: z.int() }) }) }),
  "defaults that are objects": z.object({
    a: z.object({ b: z.array(z.string()) }).default({ b: ["x"] }),
    c: z.array(z.string()).default(() => ["made"]),
    d: z.record(z.string(), z.number()).prefault({}),
  }),
  readonly: z.object({ a: Inner.readonly(), b: z.array(z.string()).readonly() }).readonly(),
  "readonly any": z.object({ a: z.string().readonly() }),
  brand: z.object({ id: z.string().min(1).brand("Id") }).brand("Thing"),
  described: z
    .object({
      a: z
        .string()
        .describe("a")
        .meta({ examples: ["x"] }),
    })
    .meta({ id: "described" }),
  "mini object": mini.strictObject({
    a: mini.optional(mini.string()),
    b: mini._default(mini.array(mini.int()), [1]),
    c: mini.nullable(mini.string().check(mini.regex(/^c/))),
  }),
  keyof: Inner.keyof(),
  intersection: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number().optional() })),
  "intersection of loose ones": z
    .looseObject({ a: z.string() })
    .and(z.looseObject({ b: z.array(z.int()).default([]) })),
  "intersection of scalars": z.intersection(z.string().min(2), z.string().max(3)),
  "intersection that never fits": z.intersection(z.string(), z.number()),
  "intersection of strict ones": z.intersection(
    z.strictObject({ a: z.string() }),
    z.strictObject({ b: z.number() }),
  ),
  record: z.record(z.string(), z.number()),
  "record of objects": z.record(z.string(), Inner),
  "record by enum": z.record(z.enum(["a", "b"]), z.number()),
  "record by literal": z.record(z.literal(["a", 1]), z.string().optional()),
  "partial record": z.partialRecord(z.enum(["a", "b"]), z.number()),
  "loose record": z.looseRecord(z.string().regex(/^S_/), z.string()),
  "record by number": z.record(z.number(), z.string()),
  "record by checked key": z.record(z.string().min(2).toUpperCase(), z.boolean()),
  "record by union": z.record(z.union([z.literal("a"), z.literal("b")]), z.any()),
});

const lists = entries({
  array: z.array(z.string()),
  "array min max": z.array(z.number().optional()).min(1).max(3),
  "array length": z.array(z.any()).length(2),
  "array of arrays": z.array(z.array(z.int()).max(2)),
  "array of objects": z.array(z.object({ a: z.string(), b: z.array(Inner).optional() })),
  "array of unions": z.array(z.union([Inner, z.string(), z.null()])),
  "array of optionals": z.array(z.string().optional()),
  tuple: z.tuple([z.string(), z.number()]),
  "tuple with optional": z.tuple([z.string(), z.number().optional(), z.boolean().optional()]),
  "tuple with default": z.tuple([z.string(), z.number().default(3)]),
  "tuple with rest": z.tuple([z.string()], z.number().min(0)),
  "tuple with optional and rest": z.tuple([z.string().optional()], z.string().nullable()),
  "empty tuple": z.tuple([]),
  "tuple of undefined": z.tuple([z.string(), z.undefined()]),
  "optional at the top": z.string().optional(),
  "default at the top": z.object({ a: z.number() }).default({ a: 1 }),
  "prefault at the top": z.string().trim().min(1).prefault("  x "),
  "nullable at the top": Inner.nullable(),
});

/** Every kind of schema that is compiled, in all the forms that differ. */
export const schemaZoo: ReadonlyMap<string, ZooEntry> = new Map([
  ...strings,
  ...numbers,
  ...choices,
  ...objects,
  ...lists,
]);

interface Tree {
  children?: Tree[] | undefined;
}
const Tree: z.ZodType<Tree> = z.object({
  get children() {
    return z.array(Tree).optional();
  },
});

/** Schemas that are not compiled. */
export const uncompiled: ReadonlyMap<string, z.core.$ZodType> = new Map<string, z.core.$ZodType>([
  ["refine", z.object({ a: z.string().refine((text) => text !== "b") })],
  ["superRefine", z.string().superRefine(() => undefined)],
  ["transform", z.string().transform(Number)],
  ["preprocess", z.preprocess(String, z.string())],
  ["pipe", z.string().pipe(z.string().min(2))],
  ["codec", z.codec(z.string(), z.number(), { decode: Number, encode: String })],
  ["stringbool", z.stringbool()],
  ["catch", z.object({ a: z.number().catch(0) })],
  ["coerce", z.coerce.number()],
  ["coerced key", z.record(z.coerce.string(), z.number())],
  [
    "refined key",
    z.record(
      z.string().refine(() => true),
      z.number(),
    ),
  ],
  ["custom", z.custom(() => true)],
  ["instanceof", z.instanceof(Date)],
  ["lazy", z.object({ a: z.lazy(() => z.string()) })],
  ["recursive", Tree],
  ["xor", z.xor([z.object({ a: z.string() }), z.object({ b: z.number() })])],
  [
    "discriminated with a way out",
    z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") })], { unionFallback: true }),
  ],
  ["map", z.map(z.string(), z.number())],
  ["set", z.set(z.string())],
  ["symbol", z.symbol()],
  ["file", z.file()],
  ["promise", z.promise(z.string())],
  ["format with a function", z.stringFormat("mine", (text) => text === "mine")],
  ["property", z.array(z.string()).check(z.property("length", z.literal(1)))],
]);
