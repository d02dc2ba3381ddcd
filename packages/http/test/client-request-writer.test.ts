import { describeContract, isServiceError, method, Service } from "@plinth/core";
import { fastify } from "fastify";
import {
  assert,
  asyncProperty,
  boolean,
  dictionary,
  double,
  jsonValue,
  option,
  record,
  string,
  stringMatching,
  array,
} from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { createRequestWriter } from "../src/client/request-writer.ts";
import { createInputReader } from "../src/request/input-reader.ts";
import { readIfMatch } from "../src/request/entity-tag.ts";
import { splitTarget } from "../src/request/query-string.ts";

const InPath = { id: z.string(), count: z.number(), flag: z.boolean() };
const InQuery = {
  text: z.string().optional(),
  number: z.number().optional(),
  exact: z.boolean().optional(),
  texts: z.array(z.string()).optional(),
  numbers: z.array(z.number()).optional(),
  "odd name&=/": z.string().optional(),
};
const InHeaders = {
  word: z.string().optional(),
  size: z.number().optional(),
  exact: z.boolean().optional(),
};

abstract class Shapes extends Service("shapes", {
  find: method({
    http: "GET /a/:id/b/:count/:flag",
    input: z.object({ ...InPath, ...InQuery }),
    output: z.void(),
  }),
  change: method({
    http: "PATCH /a/:id/b/:count/:flag",
    input: z.object({ ...InPath, revision: z.string().optional(), ...InHeaders, rest: z.any() }),
    output: z.void(),
    ifMatch: "revision",
    headers: { word: "x-word", size: "X-Size", exact: "x-exact" },
  }),
}) {}

/** What the server reads of what the client writes, over the router of the server. */
async function thereAndBack(name: string, input: unknown): Promise<unknown> {
  const contract = describeContract(Shapes);
  const described = contract.methods.find((each) => each.name === name);
  if (described === undefined) throw new Error(`There is no ${name}.`);
  const { target, body, ifMatch, headers } = createRequestWriter(
    contract,
    described,
    "/pre",
  )(input);
  const read = createInputReader(described);
  let seen: unknown;
  const server = fastify({ routerOptions: { maxParamLength: 65_536 } });
  server.route({
    method: described.httpMethod,
    url: `/pre${described.path}`,
    handler: async (request) => {
      seen = read({
        parameters: request.params as Record<string, string>,
        query: splitTarget(request.raw.url ?? "").query,
        body: body === undefined ? undefined : (JSON.parse(body) as unknown),
        ifMatch: readIfMatch(ifMatch),
        headers: () =>
          Object.fromEntries(
            Object.entries(request.headers).map(([header, value]) => [header, [String(value)]]),
          ),
      });
    },
  });
  const sent = Object.fromEntries(
    Object.entries(headers).filter(([, value]) => value !== undefined),
  );
  const answer = await server.inject({
    method: described.httpMethod,
    url: target,
    headers: { ...sent, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { payload: body }),
  });
  expect(answer.statusCode, `${target} ${answer.body}`).toBe(200);
  return seen;
}

const number = double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const text = string({ unit: "grapheme" });
// The client refuses these: proxies leave out what is empty, and resolve dots.
const segment = text.filter((value) => !/^\.{0,2}$/.test(value));
const path = { id: segment, count: number, flag: boolean() };

test("the server reads from path and query what the client wrote", async () => {
  const input = record(
    {
      ...path,
      text,
      number,
      exact: boolean(),
      texts: array(text, { minLength: 1 }),
      numbers: array(number, { minLength: 1 }),
      "odd name&=/": text,
    },
    { requiredKeys: ["id", "count", "flag"] },
  );
  await assert(
    asyncProperty(input, async (value) => {
      expect(await thereAndBack("find", value)).toEqual(value);
    }),
    { numRuns: 100 },
  );
});

test("the server reads from path, body and headers what the client wrote", async () => {
  const input = record({
    ...path,
    revision: option(text, { nil: undefined }),
    word: option(stringMatching(/^(?:[!-~](?:[\t -~]*[!-~])?)?$/), { nil: undefined }),
    size: option(number, { nil: undefined }),
    exact: option(boolean(), { nil: undefined }),
    // The server refuses bodies with these names: they are how prototypes are poisoned.
    rest: jsonValue().filter((value) => !/"(?:__proto__|constructor)"/.test(JSON.stringify(value))),
  });
  await assert(
    asyncProperty(input, async (value) => {
      // JSON knows no -0, and no keys without a value.
      const expected: unknown = JSON.parse(JSON.stringify(value));
      expect(await thereAndBack("change", value)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test("values that cannot be sent are refused by name, and never altered", async () => {
  const contract = describeContract(Shapes);
  const [find] = contract.methods;
  if (find === undefined) throw new Error("There is no method.");
  const write = createRequestWriter(contract, find, "");
  await assert(
    asyncProperty(dictionary(string({ unit: "binary" }), jsonValue()), async (extra) => {
      const input = { id: "a", count: 1, flag: true, ...extra };
      try {
        const { target } = write(input);
        expect(target).toMatch(/^\/a\/[!-~]*$/);
      } catch (error) {
        expect(isServiceError(error, "invalid_argument")).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test("a revision with any characters travels as an entity tag", () => {
  const contract = describeContract(Shapes);
  const change = contract.methods[1];
  if (change === undefined) throw new Error("There is no method.");
  const write = createRequestWriter(contract, change, "");
  const input = { id: "a", count: 1, flag: true, rest: 1 };
  expect(write({ ...input, revision: "r-1" }).ifMatch).toBe('"r-1"');
  expect(write({ ...input, revision: 'a"b' }).ifMatch).toBe('"a%22b"');
  expect(write({ ...input, revision: "ä" }).ifMatch).toBe('"%C3%A4"');
  expect(() => write({ ...input, revision: "\ud800" })).toThrow("entity tag");
});
