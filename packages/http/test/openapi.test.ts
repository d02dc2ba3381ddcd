import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { ApiKeyAuthorizer, bearerScheme, openApiDocument, openApiText } from "../src/index.ts";
import { LampService } from "./documented-service.ts";
import { GuardedService, startGuarded } from "./guarded-service.ts";
import { NoteService } from "./revisions.ts";

const info = { title: "Things", version: "1.2.3", description: "All about *things*." };
const contracts = [LampService, NoteService, GuardedService];

// JSON of unknown shape, looked into by paths.
function at(document: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    document,
  );
}

describe("the OpenAPI document", () => {
  const document = openApiDocument(contracts, info, { prefix: "/api" });
  const lamps = (verb: string, ...path: string[]) =>
    at(document, "paths", "/api/lamps", verb, ...path);
  const lamp = (verb: string, ...path: string[]) =>
    at(document, "paths", "/api/lamps/{lampId}", verb, ...path);

  test("is valid by an independent validator", async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document) as Record<string, unknown>)).toEqual({
      valid: true,
    });
    expect(validator.version).toBe("3.1");
    const broken = structuredClone(document) as Record<string, unknown>;
    expect((await validator.validate({ ...broken, info: {} })).valid).toBe(false);
  });

  test("is the same byte for byte, and has references to itself only", () => {
    const text = openApiText(document);
    expect(openApiText(openApiDocument(contracts, info, { prefix: "/api" }))).toBe(text);
    expect(text.endsWith("}\n")).toBe(true);
    const references = [...text.matchAll(/"\$ref": "([^"]*)"/g)].map(([, target = ""]) => target);
    expect(references.length).toBeGreaterThan(10);
    for (const target of references) {
      expect(target).toMatch(/^#\/components\/(?:schemas|responses)\/[A-Za-z0-9._-]+$/);
      expect(at(document, ...target.split("/").slice(1)), target).toBeTypeOf("object");
    }
  });

  test("separates parameters and bodies as the server does", () => {
    expect(lamps("get", "parameters")).toMatchObject([
      { name: "state", in: "query", required: false, schema: { enum: ["on", "off"] } },
      { name: "ids", in: "query", required: false, schema: { type: "array" } },
      { name: "limit", in: "query", required: false, schema: { default: 10, maximum: 50 } },
    ]);
    expect(lamp("patch", "parameters")).toEqual([
      {
        name: "lampId",
        in: "path",
        required: true,
        description: "Its id.",
        schema: { type: "string", maxLength: 20, examples: ["desk"] },
      },
    ]);
    expect(at(document, "components", "schemas", "lamps.changeLamp.input")).toEqual({
      type: "object",
      additionalProperties: false,
      properties: { state: { type: "string" } },
      required: ["state"],
    });
    expect(at(document, "paths", "/api/notes/{noteId}", "put", "parameters")).toMatchObject([
      { name: "noteId", in: "path" },
      { name: "If-Match", in: "header", required: false },
    ]);
    expect(at(document, "components", "schemas", "notes.putNote.input", "properties")).toEqual({
      text: { type: "string" },
    });
    const note = at(document, "components", "schemas", "notes.getNote.output");
    expect(note).toMatchObject({ required: ["noteId", "text"] });
    expect(note).not.toHaveProperty("properties.revision");
    expect(lamps("post", "requestBody", "required")).toBe(true);
    const body = at(document, "components", "schemas", "lamps.createLamp.input");
    expect(body).toMatchObject({ additionalProperties: false });
  });

  test("describes answers: status, headers, problems, names of schemas", () => {
    expect(lamps("post", "responses", "201")).toMatchObject({
      headers: { location: { schema: { type: "string" } } },
      content: { "application/json": { schema: { $ref: "#/components/schemas/Lamp" } } },
    });
    expect(lamp("delete", "responses", "204")).toEqual({
      description: "lamps.removeLamp is done.",
    });
    expect(Object.keys(lamps("post", "responses") as object)).toEqual([
      "201",
      "400",
      "401",
      "403",
      "409",
      "429",
      "default",
    ]);
    expect(
      Object.keys(at(document, "paths", "/api/notes/{noteId}", "get", "responses") as object),
    ).toEqual(["200", "304", "400", "401", "404", "default"]);
    expect(lamps("post", "responses", "409", "content", "application/problem+json")).toMatchObject({
      example: { code: "already_exists", type: "urn:plinth:error:already_exists" },
    });
  });

  test("keeps recursion, also behind names that are keywords elsewhere", () => {
    const response = ["responses", "200", "content", "application/json", "schema", "$ref"];
    const name =
      String(lamp("patch", ...response))
        .split("/")
        .at(-1) ?? "";
    const children = ["components", "schemas", name, "properties", "children", "items"];
    expect(at(document, ...children)).toEqual({ $ref: `#/components/schemas/${name}` });
    expect(at(document, "components", "schemas", "Lamp", "properties", "default")).toEqual({
      $ref: expect.stringMatching(/^#\/components\/schemas\/lamps\./),
    });
    expect(JSON.stringify(document)).not.toContain("#/$defs");
    expect(JSON.stringify(document)).not.toContain('"$ref":"#"');
  });

  test("says who may call what", () => {
    expect(lamps("post", "security")).toEqual([{ bearer: ["lamps:write"] }]);
    expect(lamps("get", "security")).toEqual([]);
    expect(at(document, "components", "securitySchemes")).toEqual({
      bearer: { type: "http", scheme: "bearer" },
    });
    const open = openApiDocument(contracts, info, { schemes: [] });
    expect(at(open, "paths", "/lamps", "post", "security")).toEqual([]);
    expect(at(open, "paths", "/lamps", "post", "responses", "401")).toBeUndefined();
    const keys = new ApiKeyAuthorizer(async () => undefined);
    const both = openApiDocument(contracts, info, { schemes: [bearerScheme, ...keys.schemes] });
    expect(at(both, "paths", "/lamps", "post", "security")).toEqual([
      { bearer: ["lamps:write"] },
      { apiKey: ["lamps:write"] },
    ]);
    expect(at(both, "components", "securitySchemes", "apiKey")).toEqual({
      type: "apiKey",
      in: "header",
      name: "x-api-key",
    });
  });
});

describe("served", () => {
  test("the document is served to everybody, as the library writes it", async () => {
    const authorizer = new ApiKeyAuthorizer(async () => undefined);
    await using guarded = await startGuarded(authorizer, { openApi: info });
    const response = await fetch(`${guarded.url}/openapi.json`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const { schemes } = authorizer;
    expect(await response.text()).toBe(
      openApiText(openApiDocument([GuardedService], info, { schemes })),
    );
    const post = await fetch(`${guarded.url}/openapi.json`, { method: "POST" });
    expect(post.status).toBe(405);
    expect((await fetch(`${guarded.url}/docs`)).status).toBe(404);
  });

  test("the page and all of its files come from the server", async () => {
    await using guarded = await startGuarded(undefined, {
      authorization: "none",
      openApi: { ...info, path: "/api.json", docs: "/docs" },
    });
    const page = await fetch(`${guarded.url}/docs`);
    expect([page.status, page.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    const html = await page.text();
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source = ""]) => source);
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const target = new URL(source, `${guarded.url}/docs`);
      expect(target.origin).toBe(guarded.url);
      expect((await fetch(target)).status, source).toBe(200);
    }
    const shown = await (await fetch(`${guarded.url}/docs/json`)).json();
    expect(shown).toMatchObject({ openapi: "3.1.0", info: { title: "Things" } });
    const unknown = await fetch(`${guarded.url}/docs/static/none.js`);
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "not_found" }]);
  });
});
