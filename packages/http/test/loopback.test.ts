import { createApp, Logger, method, Service, injectable, type Binding } from "@plinth/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { bindHttp, bindLoopback, createClient, HttpServer } from "../src/index.ts";
import { CapturedLogger } from "./things.ts";

const Name = z.object({ name: z.string() });

abstract class LeafService extends Service("leaf", {
  greet: method({
    http: "GET /greet/:name",
    input: Name,
    output: z.object({ text: z.string() }),
    scopes: ["greet"],
  }),
}) {}

abstract class RootService extends Service("root", {
  greet: method({ http: "POST /greet", input: Name, output: z.object({ text: z.string() }) }),
}) {}

class RootServiceImpl implements RootService {
  readonly leaf: LeafService;
  constructor(leaf: LeafService) {
    this.leaf = leaf;
  }
  async greet(input: z.infer<typeof Name>) {
    return this.leaf.greet(input);
  }
}
injectable(RootServiceImpl, [LeafService]);

const bindLeaf: Binding = (binder) =>
  binder.bind(LeafService).toValue({ greet: async ({ name }) => ({ text: `Hello ${name}` }) });
const bindRoot: Binding = (binder) => {
  binder.install(bindLeaf);
  binder.bind(RootService).toClass(RootServiceImpl);
};

function appOf(bindings: readonly Binding[], logger: Logger): ReturnType<typeof createApp> {
  return createApp({ name: "app", config: { host: "127.0.0.1", port: 0 }, bindings, logger });
}

const isAccess = ({ message }: { message: string }): boolean => message.endsWith(" 200");

test("calls of a monolith go through HTTP, each over a hop of its own", async () => {
  const logger = new CapturedLogger();
  const app = appOf([bindLoopback([bindRoot, bindLeaf])], logger);
  await app.start();
  const root = app.get(RootService);
  expect(root).toBeInstanceOf(RootService);
  expect(await root.greet({ name: "Ada" })).toEqual({ text: "Hello Ada" });
  await expect
    .poll(() => logger.lines.filter(isAccess).map(({ message }) => message))
    .toEqual(["GET /greet/:name 200", "POST /greet 200"]);
  await app.stop();
});

test("a server in the same app serves the contracts as before", async () => {
  const logger = new CapturedLogger();
  const bindings = [bindRoot, bindHttp({ serve: [RootService], authorization: "none" })];
  const app = appOf([bindLoopback(bindings)], logger);
  await app.start();
  await using root = createClient(RootService, { url: app.get(HttpServer).url });
  expect(await root.greet({ name: "Ada" })).toEqual({ text: "Hello Ada" });
  await expect.poll(() => logger.lines.filter(isAccess).length).toBe(3);
  await app.stop();
});

test("only the process itself is accepted", async () => {
  const bare: string[] = [];
  const seen: Binding = (binder) =>
    binder.bind(LeafService).toValue({
      greet: async ({ name }) => {
        bare.push(name);
        return { text: name };
      },
    });
  const logger = new CapturedLogger();
  // The port is in no public place: take it from the error of a call that fails on the way.
  const app = appOf([bindLoopback([seen], { responseLimit: 1 })], logger);
  await app.start();
  const failure: unknown = await app
    .get(LeafService)
    .greet({ name: "mine" })
    .catch((error: unknown) => error);
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(failure)) ?? [];
  expect(url).not.toBe("");
  for (const key of [undefined, "guess", "x".repeat(43)]) {
    const headers = key === undefined ? {} : { "x-plinth-loopback-key": key };
    const answer = await fetch(`${url}/greet/other`, { headers });
    expect(answer.status).toBe(401);
  }
  expect(bare).toEqual(["mine"]);
  await app.stop();
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

test("a missing binding is named, as without the loopback", async () => {
  const app = appOf(
    [bindLoopback([(binder) => binder.bind(RootService).toClass(RootServiceImpl)])],
    new CapturedLogger(),
  );
  await expect(app.start()).rejects.toThrow(/LeafService is not bound/);
});

test("a mock that replaces a contract is called directly", async () => {
  const app = createApp({
    name: "app",
    bindings: [bindLoopback([bindRoot])],
    overrides: [
      (binder) => binder.bind(LeafService).toValue({ greet: async () => ({ text: "mocked" }) }),
    ],
    logger: new CapturedLogger(),
  });
  await app.start();
  expect(await app.get(RootService).greet({ name: "Ada" })).toEqual({ text: "mocked" });
  await app.stop();
});
