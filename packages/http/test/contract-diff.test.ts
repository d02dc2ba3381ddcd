import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { method, Service, type MethodDefinition } from "@plinth/core";
import { startProcess } from "@plinth/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { z, type ZodType } from "zod";
import { contractDiff, openApiDocument, openApiText } from "../src/index.ts";
import { LampService } from "./documented-service.ts";
import { NoteService } from "./revisions.ts";

const info = { title: "Things", version: "1.0.0" };

type Changes = Partial<MethodDefinition>;

function documentOf(changes: Changes = {}, name = "putThing"): object {
  const definition = {
    http: "PUT /things/:thingId",
    input: z.object({ thingId: z.string() }),
    output: z.object({}),
    ...changes,
  } satisfies MethodDefinition;
  const service = Service("things", { [name]: method(definition) });
  return openApiDocument([service], info);
}

function changesOf(before: Changes, after: Changes): string[] {
  return contractDiff(documentOf(before), documentOf(after)).map(
    ({ method: name, field, fault }) => {
      expect(name).toBe("things.putThing");
      return `${field}: ${fault}`;
    },
  );
}

/** Changes of one field, in an input or in an output. */
function fieldChanges(side: "input" | "output", before: ZodType, after: ZodType): string[] {
  const holder = (schema: ZodType): Changes =>
    side === "input"
      ? { input: z.object({ thingId: z.string(), value: schema }) }
      : { output: z.object({ value: schema }) };
  return changesOf(holder(before), holder(after));
}

describe("no breaking change", () => {
  test("between a document and itself", () => {
    const document = openApiDocument([LampService, NoteService], info);
    expect(contractDiff(document, structuredClone(document))).toEqual([]);
  });

  const text = z.string().max(10);
  test.each<[string, "input" | "output", ZodType, ZodType]>([
    ["an input takes more", "input", text, z.string().max(20)],
    ["an input takes a further value", "input", z.enum(["a"]), z.enum(["a", "b"])],
    ["an input may be absent", "input", text, text.optional()],
    ["an input may be null", "input", text, text.nullable()],
    ["an input is any number", "input", z.int(), z.number()],
    ["an input is one more kind", "input", text, z.union([text, z.number()])],
    ["an output says less", "output", text, z.string().max(5)],
    ["an output has fewer values", "output", z.enum(["a", "b"]), z.enum(["a"])],
    ["an output is always there", "output", text.optional(), text],
    ["an output is never null", "output", text.nullable(), text],
  ])("%s", (_name, side, before, after) => {
    expect(fieldChanges(side, before, after)).toEqual([]);
    expect(fieldChanges(side, after, before), "the other way round it breaks").not.toEqual([]);
  });

  test("for optional additions, and for texts", () => {
    const thingId = z.string();
    expect(
      changesOf(
        { scopes: ["a"], output: z.object({ a: z.string() }) },
        {
          summary: "New words",
          errors: ["not_found"],
          idempotent: true,
          public: true,
          input: z.object({
            thingId: thingId.meta({ description: "x" }),
            more: z.string().optional(),
          }),
          output: z.object({ a: z.string(), b: z.string() }),
        },
      ),
    ).toEqual([]);
    expect(
      contractDiff(
        openApiDocument([NoteService], info),
        openApiDocument([NoteService, LampService], info),
      ),
    ).toEqual([]);
  });
});

describe("a breaking change is named by method and field", () => {
  test.each<[string, "input" | "output", ZodType, ZodType, string]>([
    ["type", "input", z.string(), z.number(), "type string became number"],
    ["narrower type", "input", z.number(), z.int(), "type number became integer"],
    ["no null", "input", z.string().nullable(), z.string(), "type string or null became string"],
    ["value", "input", z.enum(["a", "b"]), z.enum(["a"]), 'the value "b" is gone'],
    ["values", "input", z.string(), z.enum(["a"]), 'the choice of any value became "a"'],
    ["longest", "input", z.string().max(9), z.string().max(8), "maxLength 9 became 8"],
    ["least", "input", z.number(), z.number().min(1), "minimum none became 1"],
    ["pattern", "input", z.string(), z.string().regex(/a/), "pattern was added"],
    ["required", "input", z.string().optional(), z.string(), "became required"],
    [
      "choice",
      "input",
      z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
      z.union([z.object({ a: z.string() }), z.object({ c: z.string() })]),
      "a choice is not accepted any more",
    ],
    [
      "choice out",
      "output",
      z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
      z.union([z.object({ a: z.string() }), z.object({ c: z.string() })]),
      "a choice is new",
    ],
    ["type out", "output", z.string(), z.number(), "type string became number"],
    ["null out", "output", z.string(), z.string().nullable(), "type string became string or null"],
    ["value out", "output", z.enum(["a"]), z.enum(["a", "b"]), 'the value "b" is new'],
    ["longest out", "output", z.string().max(8), z.string().max(9), "maxLength 8 became 9"],
    ["no limit out", "output", z.string().max(8), z.string(), "maxLength 8 became none"],
    ["pattern out", "output", z.string().regex(/a/), z.string(), "pattern was removed"],
    ["absent out", "output", z.string(), z.string().optional(), "may be absent now"],
  ])("%s", (_name, side, before, after, fault) => {
    expect(fieldChanges(side, before, after)).toEqual([`${side}.value: ${fault}`]);
  });

  test("fields that are gone, new or nested", () => {
    const thingId = z.string();
    expect(
      changesOf(
        {
          input: z.object({
            thingId,
            old: z.string().optional(),
            list: z.array(z.object({ a: z.string() })),
          }),
        },
        {
          input: z.object({
            thingId,
            fresh: z.string(),
            list: z.array(z.object({ a: z.number() })),
          }),
        },
      ),
    ).toEqual([
      "input.fresh: is new and required",
      "input.old: is not accepted any more",
      "input.list[].a: type string became number",
    ]);
    expect(
      changesOf(
        { output: z.object({ a: z.object({ b: z.string() }), c: z.string() }) },
        { output: z.object({ a: z.object({ b: z.boolean() }) }) },
      ),
    ).toEqual(["output.c: is gone", "output.a.b: type string became boolean"]);
    expect(
      changesOf({ input: z.looseObject({ thingId }) }, { input: z.object({ thingId }) }),
    ).toEqual(["input: further fields are not accepted any more"]);
  });

  test("in every field that it affects", () => {
    const both = (schema: ZodType): Changes => ({ output: z.object({ a: schema, b: schema }) });
    expect(changesOf(both(z.string()), both(z.number()))).toEqual([
      "output.a: type string became number",
      "output.b: type string became number",
    ]);
  });

  test("in a recursive schema, once", () => {
    const tree = (leaf: ZodType) => {
      const Node = z.object({
        leaf,
        get children() {
          return z.array(Node);
        },
      });
      return Node;
    };
    expect(changesOf({ output: tree(z.string()) }, { output: tree(z.string()) })).toEqual([]);
    expect(changesOf({ output: tree(z.string()) }, { output: tree(z.number()) })).toContain(
      "output.leaf: type string became number",
    );
  });

  test.each<[string, Changes, Changes, string[]]>([
    [
      "path",
      {},
      { http: "PUT /thing/:thingId" },
      [": the route PUT /things/{thingId} became PUT /thing/{thingId}"],
    ],
    ["status", {}, { status: 201 }, [": the status 200 became 201"]],
    ["closed", { public: true }, {}, [": was public and needs credentials now"]],
    [
      "scope",
      { scopes: ["a"] },
      { scopes: ["a", "b"] },
      [": the credentials bearer, bearer a are not enough any more"],
    ],
    ["idempotent", { idempotent: true }, {}, [": is not idempotent any more"]],
    ["body", { output: z.object({}) }, { output: z.void() }, [": the status 200 became 204"]],
    [
      "Location",
      { output: z.object({ a: z.string() }), location: "/x/:a" },
      { output: z.object({ a: z.string() }) },
      ["output: the header location is gone"],
    ],
    [
      "If-Match",
      { input: z.object({ thingId: z.string(), seen: z.string().optional() }), ifMatch: "seen" },
      { input: z.object({ thingId: z.string(), seen: z.string() }), ifMatch: "seen" },
      ["input.If-Match: became required"],
    ],
    [
      "a field named as what all objects have",
      {
        http: "PUT /things",
        input: z.object({ constructor: z.string() }),
        output: z.object({ valueOf: z.string() }),
      },
      { http: "PUT /things", input: z.object({ toString: z.string() }), output: z.object({}) },
      [
        "input.toString: is new and required",
        "input.constructor: is not accepted any more",
        "output.valueOf: is gone",
      ],
    ],
    [
      "query",
      { http: "GET /things", input: z.object({ a: z.string().optional() }) },
      { http: "GET /things", input: z.object({}) },
      ["input.a: is not taken from the query any more"],
    ],
  ])("%s", (_name, before, after, expected) => {
    expect(changesOf(before, after)).toEqual(expected);
  });

  test("a method that is gone", () => {
    expect(contractDiff(documentOf(), documentOf({}, "setThing"))).toEqual([
      { method: "things.putThing", field: "", fault: "is gone" },
    ]);
  });
});

test("the command line tool prints them, and exits with a code", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plinth-diff-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = async (name: string, document: object): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, openApiText(document as never));
    return path;
  };
  const before = await write("before.json", documentOf());
  const after = await write("after.json", documentOf({ status: 201 }));
  const nothing = await write("nothing.json", {});
  const run = async (...words: string[]) => {
    const tool = join(import.meta.dirname, "../src/contract-diff/plinth-contract.ts");
    await using started = await startProcess(
      process.execPath,
      ["--import", "tsx", "--conditions=@plinth/source", tool, ...words],
      { folder: join(import.meta.dirname, ".."), environment: {} },
    );
    const { code } = await started.exit;
    return { code, stdout: started.stdout, stderr: started.stderr };
  };
  expect(await run("diff", before, before)).toEqual({
    code: 0,
    stdout: "No breaking changes.\n",
    stderr: "",
  });
  expect(await run("diff", before, after)).toEqual({
    code: 1,
    stdout: "1 breaking change:\n  things.putThing: the status 200 became 201\n",
    stderr: "",
  });
  for (const words of [
    ["diff", before],
    ["diff", before, nothing],
    ["diff", before, "none\u009b2J\u202e.json"],
  ]) {
    const { code, stdout, stderr } = await run(...words);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).not.toBe("");
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr).not.toMatch(/[\u0080-\u009f\u202e]/);
  }
});
