import { method, Service } from "@plinth/core";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { z } from "zod";
import { contractDiff, openApiDocument } from "../src/index.ts";

const Order = z.object({ orderId: z.string(), item: z.string(), revision: z.string() });
const examples = {
  lamp: {
    summary: "A lamp, once",
    input: { orderId: "a/b", item: "lamp", key: "k-1", seen: 'r"1' },
    output: { orderId: "a/b", item: "lamp", revision: "r2" },
  },
  another: { input: { orderId: "c", item: "desk" } },
};

abstract class OrderService extends Service("orders", {
  putOrder: method({
    http: "PUT /orders/:orderId",
    status: 201,
    location: "/orders/:orderId",
    etag: "revision",
    ifMatch: "seen",
    headers: { key: "idempotency-key" },
    input: z.object({
      orderId: z.string(),
      item: z.string(),
      key: z.string().optional(),
      seen: z.string().optional(),
    }),
    output: Order,
    examples,
  }),
  findOrders: method({
    http: "GET /orders",
    input: z.object({ items: z.array(z.string()), limit: z.number().optional() }),
    output: z.array(Order),
    examples: { lamps: { input: { items: ["lamp", "desk"] }, output: [] } },
  }),
  echo: method({
    http: "POST /echo",
    input: z.string(),
    output: z.void(),
    examples: { word: { input: "hello" } },
  }),
}) {}

const info = { title: "Orders", version: "1.0.0" };
const document = openApiDocument([OrderService], info);

test("examples are where the parts of a call travel", () => {
  const { paths } = document as { paths: Record<string, Record<string, unknown>> };
  expect(paths["/orders/{orderId}"]?.["put"]).toMatchObject({
    parameters: [
      {
        name: "orderId",
        examples: { lamp: { summary: "A lamp, once", value: "a/b" }, another: { value: "c" } },
      },
      { name: "idempotency-key", examples: { lamp: { summary: "A lamp, once", value: "k-1" } } },
      { name: "If-Match", examples: { lamp: { summary: "A lamp, once", value: '"r%221"' } } },
    ],
    requestBody: {
      content: {
        "application/json": {
          examples: {
            lamp: { summary: "A lamp, once", value: { item: "lamp" } },
            another: { value: { item: "desk" } },
          },
        },
      },
    },
    responses: {
      "201": {
        headers: {
          location: { examples: { lamp: { summary: "A lamp, once", value: "/orders/a%2Fb" } } },
          etag: { examples: { lamp: { summary: "A lamp, once", value: '"r2"' } } },
        },
        content: {
          "application/json": {
            examples: {
              lamp: { summary: "A lamp, once", value: { orderId: "a/b", item: "lamp" } },
            },
          },
        },
      },
    },
  });
  const body = ["requestBody", "content", "application/json", "examples", "lamp", "value"];
  const put: unknown = paths["/orders/{orderId}"]?.["put"];
  const value = body.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], put);
  // What travels elsewhere is not in the body.
  expect(value).toEqual({ item: "lamp" });
  expect(paths["/orders"]?.["get"]).toMatchObject({
    parameters: [{ name: "items", examples: { lamps: { value: ["lamp", "desk"] } } }, {}],
    responses: {
      "200": { content: { "application/json": { examples: { lamps: { value: [] } } } } },
    },
  });
  expect(paths["/orders"]?.["get"]).not.toHaveProperty("parameters.1.examples");
  expect(paths["/echo"]?.["post"]).toMatchObject({
    requestBody: { content: { "application/json": { examples: { word: { value: "hello" } } } } },
  });
});

test("a document with examples is valid, and they break no caller", async () => {
  expect(
    await new Validator().validate(structuredClone(document) as Record<string, unknown>),
  ).toMatchObject({
    valid: true,
  });
  const without = JSON.parse(
    JSON.stringify(document, (key, value: unknown) => (key === "examples" ? undefined : value)),
  ) as object;
  expect(contractDiff(document, without)).toEqual([]);
  expect(contractDiff(without, document)).toEqual([]);
});
