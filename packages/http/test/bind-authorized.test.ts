import {
  createApp,
  createContext,
  currentContext,
  method,
  runWithContext,
  Service,
  injectable,
  type Binding,
  type Principal,
} from "@plinth/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  ApiKeyAuthorizer,
  Authorizer,
  bindAuthorized,
  bindHttp,
  bindLoopback,
  hashApiKey,
  HttpServer,
} from "../src/index.ts";
import { CapturedLogger } from "./things.ts";

const Nothing = z.object({});
const Who = z.object({ principalId: z.string().optional() });
/** Another value on the wire than in code: what is checked twice would be refused. */
const Day = z.codec(z.iso.date(), z.date(), {
  decode: (text) => new Date(`${text}T00:00:00Z`),
  encode: (date) => date.toISOString().slice(0, 10),
});

abstract class BackService extends Service("back", {
  open: method({ http: "GET /open", public: true, input: Nothing, output: Who }),
  closed: method({ http: "GET /closed", input: Nothing, output: Who }),
  scoped: method({
    http: "POST /scoped",
    scopes: ["back:write"],
    input: z.object({ day: Day.optional() }),
    output: z.object({ day: Day.optional(), principalId: z.string().optional() }),
  }),
}) {}

abstract class FrontService extends Service("front", {
  open: method({ http: "GET /front/open", public: true, input: Nothing, output: z.any() }),
  scoped: method({ http: "GET /front/scoped", input: Nothing, output: z.any() }),
}) {}

const who = async () => ({ principalId: currentContext()?.principal?.id });
const back = {
  open: who,
  closed: who,
  scoped: async ({ day }: { day?: Date | undefined }) => ({ day, ...(await who()) }),
};

class FrontServiceImpl implements FrontService {
  readonly back: BackService;
  constructor(used: BackService) {
    this.back = used;
  }
  open = async () => this.back.closed({});
  scoped = async () => this.back.scoped({});
}
injectable(FrontServiceImpl, [BackService]);

const key = "a-key-of-ada-0123456789";
const ada = (...scopes: string[]): Principal => ({ id: "ada", scopes });
const bindAuthorizer =
  (...scopes: string[]): Binding =>
  (binder) =>
    binder
      .bind(Authorizer)
      .toValue(
        new ApiKeyAuthorizer(async (hash) =>
          hash === hashApiKey(key) ? { hash, principal: ada(...scopes) } : undefined,
        ),
      );
const bindServices: Binding = (binder) => {
  binder.bind(BackService).toValue(back as never);
  binder.bind(FrontService).toClass(FrontServiceImpl);
};

async function start(...bindings: Binding[]) {
  const app = createApp({
    name: "app",
    config: { host: "127.0.0.1", port: 0 },
    bindings,
    logger: new CapturedLogger(),
  });
  await app.start();
  onTestFinished(() => app.stop());
  return app;
}

async function as(principal: unknown, call: () => Promise<unknown>): Promise<unknown> {
  const context = createContext({ principal: principal as Principal | undefined });
  try {
    return await runWithContext(context, call);
  } catch (error) {
    const { code, details } = error as { code: string; details: object };
    return [code, details];
  }
}

const missing = ["unauthenticated", { reason: "missing_credentials" }];

describe.each<[string, (...bindings: Binding[]) => Binding]>([
  ["bindAuthorized", (...bindings) => bindAuthorized(bindings)],
  ["bindLoopback with an authorizer", (...bindings) => bindLoopback(bindings)],
  ["both", (...bindings) => bindLoopback([bindAuthorized(bindings)])],
])("%s", (_name, bind) => {
  const started = () => start(bind(bindServices, bindAuthorizer()));

  test("accepts principals with the scopes of a closed method only", async () => {
    const service = (await started()).get(BackService);
    expect(await as(undefined, () => service.open({}))).toEqual({});
    expect(await as(undefined, () => service.closed({}))).toEqual(missing);
    expect(await as(undefined, () => service.scoped({}))).toEqual(missing);
    expect(await as(ada(), () => service.closed({}))).toEqual({ principalId: "ada" });
    expect(await as({ id: "ada" }, () => service.scoped({}))).toEqual([
      "permission_denied",
      { missingScopes: ["back:write"] },
    ]);
    const day = new Date("2030-01-01T00:00:00Z");
    expect(await as(ada("back:write"), () => service.scoped({ day: "2030-01-01" }))).toEqual({
      day,
      principalId: "ada",
    });
  });

  test.each([
    ["one text", { id: "ada", scopes: "back:write-nothing" }],
    ["something else", { id: "ada", scopes: { includes: () => true } }],
    ["a list of something else", { id: "ada", scopes: [1] }],
    ["no id", { scopes: ["back:write"] }],
  ])("takes no principal with %s", async (_what, principal) => {
    const service = (await started()).get(BackService);
    expect(await as(principal, () => service.scoped({}))).toEqual(["internal", {}]);
  });

  test("checks calls between services, by the principal of the request", async () => {
    const front = (await started()).get(FrontService);
    expect(await as(undefined, () => front.open({}))).toEqual(missing);
    expect(await as(ada(), () => front.open({}))).toEqual({ principalId: "ada" });
    expect(await as(ada(), () => front.scoped({}))).toEqual([
      "permission_denied",
      { missingScopes: ["back:write"] },
    ]);
    expect(await as(ada("back:write"), () => front.scoped({}))).toEqual({ principalId: "ada" });
  });

  test("leaves requests to the authorizer of their server", async () => {
    const server = bindHttp({ serve: [BackService, FrontService] });
    const app = await start(bind(bindServices, bindAuthorizer(), server));
    const { url } = app.get(HttpServer);
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${url}${path}`, { headers });
      return [response.status, await response.json()];
    };
    expect(await ask("/closed")).toMatchObject([401, {}]);
    expect(await ask("/closed", { "x-api-key": key })).toEqual([200, { principalId: "ada" }]);
    expect(await ask("/front/open")).toMatchObject([401, { details: missing[1] }]);
    expect(await ask("/front/scoped", { "x-api-key": key })).toMatchObject([
      403,
      { details: { missingScopes: ["back:write"] } },
    ]);
  });
});

test("without it, calls in process are not checked", async () => {
  const app = await start(bindServices, bindAuthorizer());
  expect(await app.get(BackService).closed({})).toEqual({});
  expect(await app.get(FrontService).scoped({})).toEqual({});
});

test("a server without authorization serves guarded methods to every caller", async () => {
  const server = bindHttp({ serve: [BackService], authorization: "none" });
  const app = await start(bindAuthorized([bindServices, server]));
  expect((await fetch(`${app.get(HttpServer).url}/closed`)).status).toBe(200);
});

test("the loopback accepts every call without an authorizer, or if authorization is 'none'", async () => {
  for (const binding of [
    bindLoopback([bindServices]),
    bindLoopback([bindServices, bindAuthorizer()], { authorization: "none" }),
  ]) {
    expect(await (await start(binding)).get(FrontService).scoped({})).toEqual({});
  }
});
