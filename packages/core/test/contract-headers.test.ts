import { expect, test } from "vitest";
import { z } from "zod";
import { describeContract, method, Service } from "../src/contract/index.ts";

const input = z.object({
  thingId: z.string(),
  key: z.string().optional(),
  other: z.string().optional(),
  revision: z.string().optional(),
  list: z.array(z.string()).optional(),
});

function declare(headers: Readonly<Record<string, string>>): () => unknown {
  return () =>
    Service("things", {
      put: method({
        http: "PUT /things/:thingId",
        input,
        output: z.void(),
        ifMatch: "revision",
        headers,
      }),
    });
}

test("fields that travel as headers are described by names in lower case", () => {
  abstract class Things extends Service("things", {
    put: method({
      http: "PUT /things/:thingId",
      input,
      output: z.void(),
      headers: { key: "Idempotency-Key" },
    }),
    get: method({ http: "GET /things", input: z.object({}), output: z.void() }),
  }) {}
  const [put, get] = describeContract(Things).methods;
  expect(put?.headers).toEqual({ key: "idempotency-key" });
  expect(get?.headers).toEqual({});
});

test("fields that cannot be headers are refused, all at once", () => {
  expect(
    declare({
      thingId: "x-thing",
      revision: "x-revision",
      list: "x-list",
      unknown: "x-unknown",
      key: "X-Same",
      other: "x-same",
    }),
  ).toThrow(`  - put: headers: "thingId" is a path parameter already
  - put: headers: "revision" travels as ifMatch already
  - put: headers: "list" must be a string, a number or a boolean
  - put: headers: "unknown" is not a field of the input
  - put: "key" and "other" cannot share the header "x-same"`);
  expect(() =>
    Service("things", {
      put: method({
        http: "PUT /things",
        input: z.array(z.string()),
        output: z.void(),
        headers: { a: "x-a" },
      }),
    }),
  ).toThrow("- put: the input must be a z.object, as some of its fields travel as headers");
});

test.each([
  ["Transfer-Encoding", "belongs to the connection"],
  ["te", "belongs to the connection"],
  ["Proxy-Authorization", "belongs to the connection"],
  ["host", "says where and how the request itself travels"],
  ["Content-Length", "describes the body"],
  ["content-type", "describes the body"],
  ["Authorization", "carries credentials"],
  ["cookie", "carries credentials"],
  ["If-Match", "a revision travels by ifMatch"],
  ["x-request-id", "is used by every call already"],
  ["X-Request-Timeout-Ms", "is used by every call already"],
  ["traceparent", "is used by every call already"],
  ["x-forwarded-for", "is set by proxies"],
  ["sec-fetch-mode", "is set by browsers"],
  ["x-plinth-loopback-key", "is used by Plinth itself"],
  ["", "is no name of a header"],
  ["x key", "is no name of a header"],
  ["x-key:", "is no name of a header"],
  ["x-\r\nkey", "is no name of a header"],
  ["schlüssel", "is no name of a header"],
])("%j cannot carry an input: it %s", (header, reason) => {
  expect(declare({ key: header })).toThrow(reason);
});
