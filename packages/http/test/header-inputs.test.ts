import {
  Health,
  InvalidArgumentError,
  isServiceError,
  localCall,
  method,
  Service,
} from "@plinth/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  contractDiff,
  createClient,
  openApiDocument,
  type Problem,
  type RemoteService,
} from "../src/index.ts";
import { FastifyServer } from "../src/server/fastify-server.ts";
import { rawRequest } from "./raw-request.ts";
import { CapturedLogger } from "./things.ts";

const Order = z.object({
  orderId: z.string(),
  key: z.string().min(3).max(20).describe("Names the attempt."),
  priority: z.number().int().max(5).default(1),
  dryRun: z.boolean().optional(),
  item: z.string(),
});

abstract class OrderService extends Service("orders", {
  putOrder: method({
    http: "PUT /orders/:orderId",
    public: true,
    headers: { key: "Idempotency-Key", priority: "x-priority", dryRun: "x-dry-run" },
    input: Order,
    output: z.object({ seen: z.any() }),
  }),
  findOrders: method({
    http: "GET /orders",
    public: true,
    headers: { language: "accept-language" },
    input: z.object({
      language: z.union([z.string(), z.number()]).nullable().optional(),
      item: z.string().optional(),
    }),
    output: z.object({ seen: z.any() }),
  }),
}) {}

const orders: OrderService = localCall(OrderService, {
  putOrder: async (input) => ({ seen: input }),
  findOrders: async (input) => ({ seen: input }),
});

let server: FastifyServer;
let client: RemoteService<OrderService>;
beforeAll(async () => {
  server = await FastifyServer.create(
    {
      services: [{ service: OrderService, instance: orders, prefix: "" }],
      logger: new CapturedLogger(),
      health: new Health({ state: () => "running" }),
    },
    { host: "127.0.0.1", port: 0 },
  );
  await server.start();
  // What a callback adds cannot pass for an input.
  client = createClient(OrderService, { url: server.url, headers: () => ({ "x-priority": "9" }) });
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server.close({ signal: AbortSignal.timeout(1_000) });
});

const body = '{"item":"lamp"}';
/** Sends the lines as they are: no client library sends a header twice. */
async function put(...lines: readonly string[]): Promise<{ status: number; body: unknown }> {
  const head = [
    "PUT /orders/a HTTP/1.1",
    "Host: x",
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    ...lines,
  ];
  const answer = await rawRequest(server.url, `${head.join("\r\n")}\r\n\r\n${body}`);
  return { status: answer.status, body: JSON.parse(answer.text) as unknown };
}

describe("the server", () => {
  test("reads fields from headers, as the types that they declare", async () => {
    expect(await put("IDEMPOTENCY-KEY: abc def", "X-Priority: 3", "x-dry-run: true")).toEqual({
      status: 200,
      body: {
        seen: { orderId: "a", item: "lamp", key: "abc def", priority: 3, dryRun: true },
      },
    });
    expect(await put("idempotency-key: 123")).toMatchObject({
      body: { seen: { key: "123", priority: 1 } },
    });
  });

  test.each([
    ["a missing one", [], "key", "The header idempotency-key is missing", "invalid_type"],
    [
      "one that came twice",
      ["idempotency-key: abc", "Idempotency-Key: abc"],
      "key",
      "The header idempotency-key was sent more than once",
      "custom",
    ],
    [
      "one that came twice, and is optional",
      ["idempotency-key: abc", "x-dry-run: true", "x-dry-run: false"],
      "dryRun",
      "The header x-dry-run was sent more than once",
      "custom",
    ],
    [
      "no number",
      ["idempotency-key: abc", "x-priority: high"],
      "priority",
      "The header x-priority must be a number",
      "invalid_type",
    ],
    [
      "nothing for a number",
      ["idempotency-key: abc", "x-priority:"],
      "priority",
      "The header x-priority must be a number",
      "invalid_type",
    ],
    [
      "a list where one value is due",
      ["idempotency-key: abc", "x-priority: 1, 2"],
      "priority",
      "The header x-priority must be a number",
      "invalid_type",
    ],
    [
      "no boolean",
      ["idempotency-key: abc", "x-dry-run: yes"],
      "dryRun",
      "The header x-dry-run must be a boolean",
      "invalid_type",
    ],
    [
      "bytes that are not ASCII",
      ["idempotency-key: schlüssel"],
      "key",
      "The header idempotency-key must be ASCII text",
      "invalid_type",
    ],
  ])("names the header: %s", async (_name, lines, path, message, code) => {
    const answer = await put(...lines);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "invalid_argument", errors: [{ path, message, code }] },
    });
    expect((answer.body as Problem).detail).toContain(message);
  });

  test("leaves the check of values to the schema", async () => {
    expect(await put("idempotency-key: ab")).toMatchObject({
      status: 400,
      body: { errors: [{ path: "key", code: "too_small" }] },
    });
    expect(await put("idempotency-key: abc", "x-priority: 6")).toMatchObject({
      status: 400,
      body: { errors: [{ path: "priority", code: "too_big" }] },
    });
  });

  test("accepts such a field from nowhere else", async () => {
    const inQuery = await fetch(`${server.url}/orders?language=de`);
    expect(await inQuery.json()).toMatchObject({
      status: 400,
      errors: [
        { path: "language", message: "This field belongs in the header accept-language alone" },
      ],
    });
    const inBody = await fetch(`${server.url}/orders/a`, {
      method: "PUT",
      headers: { "content-type": "application/json", "idempotency-key": "abc" },
      body: '{"item":"lamp","key":"def"}',
    });
    expect(await inBody.json()).toMatchObject({
      status: 400,
      errors: [{ path: "key", message: "This field belongs in the header idempotency-key alone" }],
    });
  });
});

/** The answer, or what is to be known of the error. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (!isServiceError(error)) throw error;
    return { isInvalid: error instanceof InvalidArgumentError, details: error.details };
  }
}

describe("the client", () => {
  test.each([
    { orderId: "a", item: "lamp", key: "abc def", priority: 2, dryRun: false },
    { orderId: "a", item: "lamp", key: "abc" },
    { orderId: "a", item: "lamp", key: 'a,b; c="d"', priority: -1.5e-9 },
    { orderId: "a", item: "lamp" } as never,
    { orderId: "a", item: "lamp", key: "ab", priority: 7 },
  ])("calls as in process: %j", async (input) => {
    expect(await outcome(client.putOrder(input))).toEqual(await outcome(orders.putOrder(input)));
  });

  test("an empty text arrives", async () => {
    expect(await client.findOrders({ language: "", item: "" })).toEqual({
      seen: { language: "", item: "" },
    });
  });

  test.each([
    ["a line feed", "abc\r\nx-admin: true", "Only ASCII text"],
    ["another script", "schlüssel", "Only ASCII text"],
    ["a space before", " abc", "Only ASCII text"],
    ["a space behind", "abc ", "Only ASCII text"],
  ])("refuses what would not arrive: %s", async (_name, key, message) => {
    await expect(client.putOrder({ orderId: "a", item: "lamp", key })).rejects.toMatchObject({
      code: "invalid_argument",
      details: { errors: [{ path: "key", message: expect.stringContaining(message) as string }] },
    });
  });

  test.each([null, 5])("refuses a value that a header cannot distinguish: %j", async (language) => {
    await expect(client.findOrders({ language })).rejects.toMatchObject({
      code: "invalid_argument",
      details: { errors: [{ path: "language" }] },
    });
  });
});

describe("the document", () => {
  const info = { title: "Orders", version: "1.0.0" };

  test("says which fields travel as headers", () => {
    const document = openApiDocument([OrderService], info);
    expect(document).toMatchObject({
      paths: {
        "/orders/{orderId}": {
          put: {
            parameters: [
              { name: "orderId", in: "path", required: true },
              {
                name: "idempotency-key",
                in: "header",
                required: true,
                description: "Names the attempt.",
                schema: { type: "string", minLength: 3, maxLength: 20 },
              },
              {
                name: "x-priority",
                in: "header",
                required: false,
                description: "The field priority.",
                schema: { type: "integer", maximum: 5, default: 1 },
              },
              { name: "x-dry-run", in: "header", required: false, schema: { type: "boolean" } },
            ],
          },
        },
        "/orders": {
          get: {
            parameters: [
              { name: "accept-language", in: "header" },
              { name: "item", in: "query" },
            ],
          },
        },
      },
      components: {
        schemas: {
          "orders.putOrder.input": {
            properties: { item: { type: "string" } },
            required: ["item"],
            additionalProperties: false,
          },
        },
      },
    });
    const schemas = document["components"] as { schemas: Record<string, { properties: object }> };
    expect(Object.keys(schemas.schemas["orders.putOrder.input"]?.properties ?? {})).toEqual([
      "item",
    ]);
  });

  test("shows in a diff when a field changes its header, or gets one", () => {
    const variant = (headers: Readonly<Record<string, string>>, input: z.ZodType): object =>
      openApiDocument(
        [
          Service("orders", {
            put: method({ http: "PUT /orders", headers, input, output: z.void() }),
          }),
        ],
        info,
      );
    const input = z.object({ key: z.string().optional(), item: z.string() });
    const named = variant({ key: "idempotency-key" }, input);
    expect(contractDiff(named, variant({ key: "Idempotency-Key" }, input))).toEqual([]);
    expect(contractDiff(named, variant({ key: "x-key" }, input))).toEqual([
      {
        method: "orders.put",
        field: "input.idempotency-key",
        fault: "is not taken from the header any more",
      },
    ]);
    expect(contractDiff(variant({}, input), named)).toEqual([
      { method: "orders.put", field: "input.key", fault: "is not accepted any more" },
    ]);
    const required = z.object({ key: z.string().max(5), item: z.string() });
    expect(contractDiff(named, variant({ key: "idempotency-key" }, required))).toEqual([
      { method: "orders.put", field: "input.idempotency-key", fault: "became required" },
      { method: "orders.put", field: "input.idempotency-key", fault: "maxLength none became 5" },
    ]);
  });
});
