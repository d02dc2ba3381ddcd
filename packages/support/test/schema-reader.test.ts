import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { z } from "zod";
import { everySchema, schemaChildren, schemaKinds, someSchema } from "../src/schema-reader.ts";

test("every kind of the installed zod is in the table", () => {
  // The declaration of a definition's `type` lists them all; "int" has no schema class and is never made.
  const file = createRequire(import.meta.url)
    .resolve("zod/v4/core")
    .replace(/index\.c?js$/, "schemas.d.ts");
  const [, union = ""] =
    /interface \$ZodTypeDef \{\s+type: ([^;]+);/.exec(readFileSync(file, "utf8")) ?? [];
  const kinds = [...union.matchAll(/"(\w+)"/g)].map(([, kind = ""]) => kind);
  expect(kinds.length).toBeGreaterThan(30);
  expect(kinds.filter((kind) => kind !== "int").toSorted()).toEqual(schemaKinds);
});

const leaf = z.string().describe("leaf");
const key = z.string().describe("key");

test.each([
  ["object", z.object({ a: leaf }), [".a"]],
  ["catchall", z.object({ a: leaf }).catchall(leaf), [".a", ".*"]],
  ["array", z.array(leaf), ["[]"]],
  ["tuple", z.tuple([leaf, leaf]), ["[0]", "[1]"]],
  ["tuple with a rest", z.tuple([leaf], leaf), ["[0]", "[]"]],
  ["record", z.record(key, leaf), [".*", ".*"]],
  ["map", z.map(key, leaf), [".*", ".*"]],
  ["set", z.set(leaf), ["[]"]],
  ["union", z.union([leaf, key]), ["", ""]],
  ["intersection", z.intersection(leaf, key), ["", ""]],
  ["pipe", leaf.pipe(key), ["", ""]],
  ["transform", leaf.transform((text) => text), ["", ""]],
  ["codec", z.codec(leaf, key, { decode: (text) => text, encode: (text) => text }), ["", ""]],
  ["lazy", z.lazy(() => leaf), [""]],
  ["promise", z.promise(leaf), [""]],
  ["optional", leaf.optional(), [""]],
  ["exact optional", z.exactOptional(leaf), [""]],
  ["nullable", leaf.nullable(), [""]],
  ["default", leaf.default(""), [""]],
  ["prefault", leaf.prefault(""), [""]],
  ["nonoptional", z.nonoptional(leaf), [""]],
  ["readonly", leaf.readonly(), [""]],
  ["catch", leaf.catch(""), [""]],
  ["success", z.success(leaf), [""]],
  ["check of a property", z.any().check(z.property("a", leaf)), [".a"]],
  ["string", leaf, []],
  ["enum", z.enum(["a"]), []],
])("%s", (_name, schema, paths) => {
  expect(schemaChildren(schema).map(({ path }) => path)).toEqual(paths);
  if (paths.length > 0) expect(everySchema(schema)).toContain(leaf);
});

test("recursive schemas end", () => {
  const tree = z.object({
    name: leaf,
    get children() {
      return z.array(tree);
    },
  });
  expect(everySchema(tree)).toContain(leaf);
  expect(someSchema(tree, (schema) => schema === leaf)).toBe(true);
  expect(someSchema(tree, (schema) => schema === key)).toBe(false);
});

test("a walk can follow schemas that zod does not know of, and stop where it likes", () => {
  const hidden = z.object({ leaf });
  const outer = z.array(key);
  const seen = everySchema(outer, new Set(), (schema) => [
    ...schemaChildren(schema).map((child) => child.schema),
    ...(schema === key ? [hidden] : []),
  ]);
  expect([...seen]).toEqual([outer, key, hidden, leaf]);
  const endless = (): z.ZodType => z.lazy(() => z.array(endless()));
  const some = new Set<z.core.$ZodType>();
  everySchema(endless(), some, (schema) =>
    some.size < 20_000 ? schemaChildren(schema).map((child) => child.schema) : [],
  );
  expect(some.size).toBe(20_000);
});
