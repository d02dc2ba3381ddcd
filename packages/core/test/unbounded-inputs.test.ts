import { expect, test } from "vitest";
import { z } from "zod";
import { createApp } from "../src/app/index.ts";
import { method, Service } from "../src/contract/index.ts";
import { captured } from "./capture.ts";

const Tree = z.object({
  get children() {
    return z.array(Tree);
  },
});
const anything = z.void();

abstract class Open extends Service("open", {
  list: method({
    http: "POST /a",
    input: z.object({ items: z.array(z.string()) }),
    output: anything,
  }),
  whole: method({ http: "POST /b", input: z.array(z.array(z.string())), output: anything }),
  record: method({
    http: "POST /c",
    input: z.object({ m: z.record(z.string(), z.string()) }),
    output: anything,
  }),
  rest: method({ http: "POST /d", input: z.tuple([z.string()], z.string()), output: anything }),
  tree: method({ http: "POST /e", input: Tree, output: anything }),
  query: method({
    http: "GET /f",
    input: z.object({ ids: z.array(z.string()).optional() }),
    output: anything,
  }),
}) {}

abstract class Bounded extends Service("bounded", {
  list: method({
    http: "POST /a",
    input: z.object({ items: z.array(z.string()).max(9) }),
    output: z.array(z.string()),
  }),
  pair: method({ http: "POST /b", input: z.array(z.string()).length(2), output: anything }),
  tuple: method({ http: "POST /c", input: z.tuple([z.string()]), output: anything }),
  names: method({ http: "POST /d", input: z.record(z.enum(["a"]), z.string()), output: anything }),
  record: method({
    http: "POST /e",
    input: z.record(z.string(), z.string()).refine((value) => Object.keys(value).length < 9),
    output: anything,
  }),
}) {}

async function warningsOf(contracts: readonly (typeof Open | typeof Bounded)[]): Promise<string[]> {
  const { logger, lines } = captured({ level: "warn" });
  const app = createApp({
    name: "case",
    logger,
    bindings: contracts.map((contract) => (binder) => {
      const methods = [
        "list",
        "whole",
        "record",
        "rest",
        "tree",
        "query",
        "pair",
        "tuple",
        "names",
      ];
      binder
        .bind(contract as typeof Open)
        .toValue(Object.fromEntries(methods.map((name) => [name, async () => undefined])) as never);
    }),
  });
  await app.start();
  await app.stop();
  return lines().map(({ message, msg }) => String(message ?? msg));
}

test("an app names the inputs without a bound, in one line at its start", async () => {
  expect(await warningsOf([Open, Bounded])).toEqual([
    "Lists and records without a bound are read as far as the size of a body allows: open.list input.items, " +
      "open.whole input, open.whole input[], open.record input.m, open.rest input, open.tree input.children, " +
      "open.query input.ids. Give lists .max(), and records a .refine() that counts.",
  ]);
});

test("an app without such inputs logs nothing", async () => {
  expect(await warningsOf([Bounded])).toEqual([]);
});
