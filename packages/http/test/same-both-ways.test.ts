import { Health, localCall, method, Service, toServiceError } from "@plinth/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createClient, openApiDocument } from "../src/index.ts";
import { FastifyServer } from "../src/server/fastify-server.ts";
import { CapturedLogger } from "./things.ts";

interface Echo {
  echo(input?: unknown): Promise<unknown>;
}

interface BothWays extends AsyncDisposable {
  readonly local: Echo;
  readonly remote: Echo;
  readonly url: string;
  readonly isBodyRequired: unknown;
}

/** A method that gives back what its implementation got, called in process and over HTTP. */
async function bothWays(
  http: `POST /${string}` | `GET /${string}`,
  input: z.ZodType,
): Promise<BothWays> {
  const Shaped = class extends Service("echo", {
    echo: method({ http, input, output: z.any(), public: true }),
  }) {};
  const service = Shaped as never;
  const local = localCall(service, {
    echo: async (given: unknown) => ({ given: given === undefined ? "nothing" : given }),
  });
  const logger = new CapturedLogger();
  const server = await FastifyServer.create(
    {
      services: [{ service, instance: local, prefix: "" }],
      logger,
      health: new Health({ state: () => "running" }),
    },
    { host: "127.0.0.1", port: 0, authorization: "none" },
  );
  await server.start();
  const remote = createClient(service, { url: server.url }) as Echo & AsyncDisposable;
  const document = openApiDocument([service], { title: "t", version: "1" }) as {
    paths: Record<string, Record<string, { requestBody?: { required: unknown } }>>;
  };
  const [verb = "", path = ""] = http.split(" ");
  return {
    local,
    remote,
    url: server.url,
    isBodyRequired: document.paths[path]?.[verb.toLowerCase()]?.requestBody?.required,
    async [Symbol.asyncDispose]() {
      await remote[Symbol.asyncDispose]();
      await server.close({ signal: AbortSignal.timeout(1_000) });
    },
  };
}

async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    return toServiceError(error).code;
  }
}

const Fields = z.object({ limit: z.number().default(10), q: z.string().optional() });
const wholes: Record<string, z.ZodType> = {
  "an object": Fields,
  "an object that needs a field": z.object({ q: z.string() }),
  optional: Fields.optional(),
  "optional, with a field that is needed": z.object({ q: z.string() }).optional(),
  "with a default": Fields.default({ limit: 50 }),
  "with a prefault": Fields.prefault({ limit: 50 }),
  nullable: Fields.nullable(),
  nullish: Fields.nullish(),
  "an optional list": z.array(z.string()).optional(),
  "a list with a default": z.array(z.string()).default(["d"]),
  "a list": z.array(z.string()),
  "an optional scalar": z.number().optional(),
  "a scalar with a default": z.boolean().default(true),
  "a scalar": z.string(),
  "a union": z.union([Fields, z.string()]),
  "an optional union": z.union([z.string(), z.object({ a: z.string() }).optional()]),
  "a record": z.record(z.string(), z.number()),
  "an optional record": z.record(z.string(), z.number()).optional(),
  "an intersection": Fields.and(z.object({ b: z.string().optional() })),
  any: z.any(),
  unknown: z.unknown(),
  "an optional any": z.any().optional(),
  caught: Fields.catch({ limit: 3 }),
  "a readonly default": Fields.default({ limit: 1 }).readonly(),
};

describe("an absent input", () => {
  test.each(Object.entries(wholes))("%s", async (_name, input) => {
    await using both = await bothWays("POST /echo", input);
    const local = await outcome(both.local.echo());
    const remote = await outcome(both.remote.echo());
    expect(remote).toEqual(local);
    for (const given of [{}, null, { q: "x" }]) {
      expect(await outcome(both.remote.echo(given))).toEqual(await outcome(both.local.echo(given)));
    }
    // A request without a body, of any client: as the document says.
    const { status } = await fetch(`${both.url}/echo`, { method: "POST" });
    expect(status).toBe(both.isBodyRequired === true ? 400 : 200);
  });

  const apart: Record<string, z.ZodType> = {
    "a default that says the same": Fields.default({ limit: 10 }),
    "a prefault that says the same": Fields.prefault({}),
  };
  test.each(Object.entries(apart))("in a query: %s", async (_name, input) => {
    await using both = await bothWays("GET /echo", input);
    expect(await both.remote.echo()).toEqual(await both.local.echo());
    expect(await both.remote.echo({})).toEqual(await both.local.echo({}));
  });
});

const Tree = z.object({
  value: z.string(),
  get children() {
    return z.array(Tree).optional();
  },
});
const poison = '{"constructor":{"prototype":1}}';
const unsafe: Record<string, [z.ZodType, string]> = {
  "a free field": [z.object({ m: z.any() }), `{"m":${poison}}`],
  "a record": [z.object({ m: z.record(z.string(), z.any()) }), `{"m":${poison}}`],
  "a record of numbers": [z.record(z.string(), z.number()), '{"__proto__":1}'],
  "a record of records": [z.record(z.string(), z.record(z.string(), z.number())), poison],
  "a list": [z.array(z.unknown()), `[[${poison}]]`],
  "the whole": [z.any(), poison],
  "a depth": [z.any(), `{"a":[{"b":{"c":[${poison}]}}]}`],
  "a prototype": [z.object({ m: z.any() }), '{"m":{"__proto__":{}}}'],
  "an open object": [z.looseObject({ a: z.string().optional() }), '{"__proto__":{}}'],
  "a closed object": [z.object({ a: z.string().optional() }), '{"__proto__":{}}'],
  "a closed object, with the constructor": [z.object({ a: z.string().optional() }), poison],
  "a declared field": [z.object({ constructor: z.object({ prototype: z.number() }) }), poison],
  "a tree": [Tree, '{"value":"a","children":[{"value":"b","__proto__":1}]}'],
  "a catchall": [z.object({}).catchall(z.record(z.string(), z.number())), poison],
  "a union": [z.union([z.string(), z.record(z.string(), z.any())]), poison],
};

describe("keys that poison prototypes are refused both ways, in", () => {
  test.each(Object.entries(unsafe))("%s", async (_name, [input, text]) => {
    await using both = await bothWays("POST /echo", input);
    expect(await outcome(both.local.echo(JSON.parse(text)))).toBe("invalid_argument");
    expect(await outcome(both.remote.echo(JSON.parse(text)))).toBe("invalid_argument");
    const headers = { "content-type": "application/json" };
    const { status } = await fetch(`${both.url}/echo`, { method: "POST", headers, body: text });
    expect(status).toBe(400);
  });

  test("and names that only look like them are accepted", async () => {
    await using both = await bothWays("POST /echo", z.any());
    for (const value of [
      { constructor: "x", prototype: { a: 1 } },
      { constructor: { name: "x" }, toString: 1, hasOwnProperty: [] },
      { __proto: 1, proto__: { prototype: {} } },
    ]) {
      expect(await both.local.echo(value)).toEqual({ given: value });
      expect(await both.remote.echo(value)).toEqual({ given: value });
    }
  });
});

describe("numbers", () => {
  const input = z.object({ number: z.number(), list: z.array(z.number()).optional() });

  test.each([
    "9007199254740993",
    "-9007199254740993",
    "1e400",
    "-1e400",
    "12345678901234567890123",
  ])("%s in a path or query would be another number, and is refused", async (text) => {
    await using both = await bothWays("GET /echo/:number", input);
    expect((await fetch(`${both.url}/echo/${text}`)).status).toBe(400);
    expect((await fetch(`${both.url}/echo/1?list=1&list=${text}`)).status).toBe(400);
  });

  test.each([
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    2 ** 53,
    123_456_789_012_345_680_000,
    1e21,
    -1.5e300,
    Number.MAX_VALUE,
    5e-324,
    0.1,
  ])("%s arrives as it is", async (number) => {
    await using both = await bothWays("GET /echo/:number", input);
    const given = { number, list: [number] };
    expect(await both.remote.echo(given)).toEqual({ given });
    expect(await both.local.echo(given)).toEqual({ given });
  });

  test.each([z.number(), z.any(), z.record(z.string(), z.any())])(
    "1e400 in a body is no number",
    async (schema) => {
      await using both = await bothWays("POST /echo", z.object({ m: schema }));
      const headers = { "content-type": "application/json" };
      for (const body of ['{"m":1e400}', '{"m":[-1e400]}', '{"m":{"a":1e400}}']) {
        const { status } = await fetch(`${both.url}/echo`, { method: "POST", headers, body });
        expect(status).toBe(400);
      }
    },
  );
});

test("fields with the names of inherited properties are ordinary fields", async () => {
  const input = z.object({ constructor: z.string(), valueOf: z.string(), toString: z.string() });
  await using both = await bothWays("GET /echo/:constructor/x/:valueOf", input);
  const given = { constructor: "a", valueOf: "b", toString: "c" };
  expect(await both.local.echo(given)).toEqual({ given });
  expect(await both.remote.echo(given)).toEqual({ given });
});

describe("a path segment that proxies remove", () => {
  test.each(["", ".", ".."])("%j is refused before anything is sent", async (text) => {
    await using both = await bothWays(
      "GET /echo/:text/:other",
      z.object({ text: z.string(), other: z.string() }),
    );
    for (const input of [
      { text, other: "x" },
      { text: "x", other: text },
    ]) {
      await expect(both.remote.echo(input)).rejects.toMatchObject({
        code: "invalid_argument",
        details: { errors: [{ code: "custom" }] },
      });
    }
  });

  test("%2e and similar escapes are only text", async () => {
    await using both = await bothWays("GET /echo/:text", z.object({ text: z.string() }));
    for (const text of ["%2e%2e", "...", " ", "a..", "/..", "..\\", "%"]) {
      expect(await both.remote.echo({ text })).toEqual({ given: { text } });
    }
  });
});

test("a path with every character that it may have is found", async () => {
  await using both = await bothWays("GET /a.-_~!$&'+,;=@/:text", z.object({ text: z.string() }));
  expect(await both.remote.echo({ text: "ä" })).toEqual({ given: { text: "ä" } });
});
