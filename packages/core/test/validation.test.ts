import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { strictInput } from "../src/schema/strict-input.ts";
import { compileSchema } from "../src/validation/compile-schema.ts";
import { isCompilable } from "../src/validation/is-compilable.ts";
import { createSchemaCheck } from "../src/validation/schema-check.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");

afterEach(() => {
  z.config({ jitless: false });
});

test("a schema is compiled once and not changed", () => {
  const schema = z.object({ a: z.string() });
  const compiled = compileSchema(schema);
  expect(compileSchema(schema)).toBe(compiled);
  expect(compiled).not.toBe(schema);
  expect(schema.safeParse({ a: 1 }).success).toBe(false);
});

test("the strict form of an input is compiled, unless it leads back to itself", () => {
  const strict = strictInput(z.object({ a: z.object({ b: z.array(z.string()) }) }));
  expect(compileSchema(strict)).not.toBe(strict);
  const Tree = z.object({
    get children() {
      return z.array(Tree);
    },
  });
  const strictTree = strictInput(Tree);
  expect(compileSchema(strictTree)).toBe(strictTree);
  const check = createSchemaCheck(strictTree);
  expect(check.decode({ children: [{ children: [] }] }).success).toBe(true);
  expect(check.decode({ children: [{ children: [], extra: 1 }] }).success).toBe(false);
});

test("a schema that its author has compiled works, too", () => {
  const check = createSchemaCheck(z.compile(z.object({ a: z.string() })));
  expect(check.decode({ a: "x", b: 1 })).toEqual({ success: true, data: { a: "x" } });
  expect(check.decode({ a: 1 }).error?.issues).toMatchObject([{ path: ["a"] }]);
});

test("a process that forbids generated code gets none", () => {
  z.config({ jitless: true });
  const schema = z.object({ a: z.string() });
  expect(compileSchema(schema)).toBe(schema);
});

test("a schema of another version of zod, or made by hand, is not compiled", () => {
  const { version } = z.core;
  const schema = z.object({ a: z.string() });
  expect(isCompilable(schema, version)).toBe(true);
  expect(isCompilable(schema, { ...version, patch: version.patch + 1 })).toBe(false);
  const Odd = z.core.$constructor("Odd", (instance, definition) => {
    z.core.$ZodString.init(instance as never, definition as never);
    (instance as z.core.$ZodType)._zod.parse = (payload) => payload;
  });
  const odd = z.object({
    a: new (Odd as unknown as new (definition: object) => z.ZodType)({ type: "string" }),
  });
  expect(isCompilable(odd, version)).toBe(false);
  expect(createSchemaCheck(odd).decode({ a: 1 }).success).toBe(true);
});

test("code of the schema's author runs once for each value, valid or not", () => {
  let ran = 0;
  const schema = z.object({
    a: z.string().refine((text) => {
      ran += 1;
      return text !== "no";
    }),
  });
  const check = createSchemaCheck(schema);
  expect(check.decode({ a: "yes" }).success).toBe(true);
  expect(check.decode({ a: "no" }).success).toBe(false);
  expect(ran).toBe(2);
});

test("each property of a valid value is read once", () => {
  let reads = 0;
  const value = {
    get a() {
      reads += 1;
      return reads === 1 ? "first" : 2;
    },
  };
  const schema = z.object({ a: z.string() });
  expect(createSchemaCheck(schema).decode(value)).toEqual({ success: true, data: { a: "first" } });
  expect(reads).toBe(1);
});

test("a value that changes during the check is never accepted unchecked", () => {
  // zod would refuse it at first. For the message it is read once more, and is valid by then: the result is
  // the value that was checked.
  let reads = 0;
  const value = {
    get a() {
      reads += 1;
      return reads === 1 ? 1 : "second";
    },
  };
  const schema = z.object({ a: z.string() });
  const result = createSchemaCheck(schema).decode(value);
  expect(result).toEqual({ success: true, data: { a: "second" } });
});

test("the directions differ only if a schema has two forms", () => {
  const codec = z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  });
  const check = createSchemaCheck(z.object({ at: codec }));
  expect(check.differs).toBe(true);
  expect(check.decode({ at: "2020-01-01T00:00:00.000Z" }).data).toEqual({
    at: new Date("2020-01-01T00:00:00.000Z"),
  });
  expect(check.encode({ at: new Date(0) }).data).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  const withDefault = createSchemaCheck(z.object({ a: z.string().default("d") }));
  expect(withDefault.decode({}).data).toEqual({ a: "d" });
  expect(withDefault.encode({}).success).toBe(false);
  expect(createSchemaCheck(z.object({ a: z.string().trim() })).differs).toBe(false);
});

test("if code from strings is forbidden, the results are the same and nothing is printed", async () => {
  const flags = ["--import", "tsx", "--conditions=@plinth/source"];
  const script = fileURLToPath(new URL("./fixtures/checked-call.ts", import.meta.url));
  const [free, forbidden] = await Promise.all([
    run(process.execPath, [...flags, script], { cwd: root }),
    run(process.execPath, ["--disallow-code-generation-from-strings", ...flags, script], {
      cwd: root,
    }),
  ]);
  expect(JSON.parse(free.stdout)).toMatchObject({ compiled: true, strings: true });
  expect(JSON.parse(forbidden.stdout)).toMatchObject({ compiled: false, strings: false });
  const { answers } = JSON.parse(free.stdout) as { answers: unknown[] };
  expect((JSON.parse(forbidden.stdout) as { answers: unknown[] }).answers).toEqual(answers);
  expect(answers).toHaveLength(4);
  expect(forbidden.stderr).toBe("");
});
