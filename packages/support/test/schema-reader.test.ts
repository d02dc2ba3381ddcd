import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  definitionOf,
  everySchema,
  isRecursive,
  schemaChildren,
  schemaKinds,
  someSchema,
  withChildren,
} from "../src/schema-reader.ts";

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
const other = z.string().describe("other");

const schemas: readonly (readonly [string, z.ZodType, readonly string[]])[] = [
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
];

test.each(schemas)("%s", (_name, schema, paths) => {
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

test.each(schemas)("a copy of %s has other schemas inside", (_name, schema, paths) => {
  const seen: string[] = [];
  const copy = withChildren(schema, ({ path }) => {
    seen.push(path);
    return other;
  });
  const children = schemaChildren(copy);
  expect(children.map(({ path }) => path)).toEqual(paths);
  if (definitionOf(schema).checks !== undefined || paths.length === 0) {
    // The schemas of checks stay, and what holds no schema is not copied.
    expect(seen).toEqual([]);
    if (paths.length === 0) expect(copy).toBe(schema);
    return;
  }
  expect(seen).toEqual(paths);
  expect(children.every((child) => child.schema === other)).toBe(true);
  expect(schemaChildren(schema).some((child) => child.schema === other)).toBe(false);
});

test("fields that are replaced late may lead back to the copy", () => {
  const tree = z.object({
    name: leaf,
    get children() {
      return z.array(tree);
    },
  });
  expect(isRecursive(tree)).toBe(true);
  expect(isRecursive(z.object({ one: leaf, two: leaf }))).toBe(false);
  const copy: ReturnType<typeof withChildren> = withChildren(
    tree,
    ({ path, schema }) => (path === ".children" ? z.array(copy) : schema),
    { lazy: true },
  );
  expect(copy).not.toBe(tree);
  expect(isRecursive(copy)).toBe(true);
  expect(
    z.safeParse(copy, { name: "a", children: [{ name: 1, children: [] }] }).error?.issues,
  ).toEqual([expect.objectContaining({ path: ["children", 0, "name"] })]);
});

test("a copy has the metadata of its original unless it is told otherwise", () => {
  const list = z.array(leaf).meta({ title: "List" });
  const same = ({ schema }: { schema: ReturnType<typeof withChildren> }) => schema;
  expect(z.globalRegistry.get(withChildren(list, same))).toMatchObject({ title: "List" });
  expect(z.globalRegistry.get(withChildren(list, same, { parent: false }))).toBeUndefined();
});

test("a copy can change other parts of the definition", () => {
  const object = withChildren(z.object({ a: leaf }), ({ schema }) => schema, {
    changes: { catchall: z.never() },
  });
  expect(z.safeParse(object, { a: "", b: 1 }).success).toBe(false);
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
