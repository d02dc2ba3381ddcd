import { inspect } from "node:util";
import {
  createApp,
  createContext,
  createLogger,
  currentContext,
  method,
  PermissionDeniedError,
  runWithContext,
  Service,
  type Binding,
} from "@plinth/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  anyOf,
  ApiKeyAuthorizer,
  Authorizer,
  bearerToken,
  bindHttp,
  bindLoopback,
  bindRemote,
  createClient,
  hashApiKey,
  HttpServer,
  refusal,
  type AuthorizationRequest,
  type ClientOptions,
} from "../src/index.ts";
import { httpAnswer, rawServer } from "./raw-server.ts";

const token = "a-token-of-ada-that-stays-secret";
const key = "an-api-key-of-bob";
const Nothing = z.object({});
const Who = z.object({ principalId: z.string().optional() });

/** Says who asks. */
abstract class BackService extends Service("back", {
  who: method({ http: "GET /who", input: Nothing, output: Who }),
}) {}

abstract class ScopedService extends Service("scoped", {
  who: method({ http: "GET /who", scopes: ["back:operate"], input: Nothing, output: Who }),
}) {}

/** Asks back, in the context that the name of the method says. */
abstract class FrontService extends Service("front", {
  closed: method({ http: "GET /closed", input: Nothing, output: Who }),
  open: method({ http: "GET /open", public: true, input: Nothing, output: Who }),
  asNoOne: method({ http: "GET /as-no-one", input: Nothing, output: Who }),
  asAnother: method({ http: "GET /as-another", input: Nothing, output: Who }),
  hurried: method({ http: "GET /hurried", input: Nothing, output: Who }),
}) {}

class TokenAuthorizer extends Authorizer {
  override async authorize(request: AuthorizationRequest) {
    const given = bearerToken(request);
    if (given === undefined) throw refusal("missing_credentials", "A token is needed.");
    if (given === "barred") throw new PermissionDeniedError("Not you.");
    if (given !== token) throw refusal("invalid_credentials", "The token is not valid.");
    return { id: "ada" };
  }
}

const keyAuthorizer = new ApiKeyAuthorizer(async (hash) =>
  hash === hashApiKey(key) ? { hash, principal: { id: "bob" } } : undefined,
);
const bindBack: Binding = (binder) =>
  binder.bind(BackService).toValue({
    who: async () => ({ principalId: currentContext()?.principal?.id }),
  });
const bindFront: Binding = (binder) =>
  binder.bind(FrontService).toFactory([BackService], (back) => ({
    closed: () => back.who({}),
    open: () => back.who({}),
    asNoOne: () => runWithContext(createContext({ principal: undefined }), () => back.who({})),
    asAnother: () =>
      runWithContext(createContext({ principal: { id: "ada" } }), () => back.who({})),
    hurried: () => back.who({}, { timeout: 5_000 }),
  }));

const lines: string[] = [];

async function start(name: string, bindings: readonly Binding[]): Promise<string> {
  const logger = createLogger({
    name,
    level: "trace",
    destination: { write: (line: string) => lines.push(line) },
  });
  const app = createApp({ name, config: { port: 0 }, bindings, logger });
  await app.start();
  onTestFinished(() => app.stop());
  return app.get(HttpServer).url;
}

const authorized =
  (authorizer: Authorizer): Binding =>
  (binder) =>
    binder.bind(Authorizer).toValue(authorizer);

async function startBack(): Promise<string> {
  return start("back", [
    bindBack,
    authorized(anyOf([new TokenAuthorizer(), keyAuthorizer])),
    bindHttp({ serve: [BackService] }),
  ]);
}

async function startFront(options: ClientOptions): Promise<string> {
  return start("front", [
    bindFront,
    bindRemote(BackService, options),
    authorized(anyOf([new TokenAuthorizer(), keyAuthorizer])),
    bindHttp({ serve: [FrontService] }),
  ]);
}

const ada = { authorization: `Bearer ${token}` };

async function ask(url: string, path: string, headers: Record<string, string> = ada) {
  const response = await fetch(`${url}/${path}`, { headers });
  const body = (await response.json()) as { principalId?: string; code?: string };
  return body.principalId ?? body.code;
}

/** What the other side refused the service with, which the log alone knows: its caller gets `internal`. */
async function refusalOf(url: string, path: string, headers?: Record<string, string>) {
  lines.length = 0;
  const response = await fetch(`${url}/${path}`, { headers: headers ?? ada });
  expect([response.status, await response.json()]).toMatchObject([500, { code: "internal" }]);
  expect(response.headers.get("www-authenticate")).toBeNull();
  const failed = lines.map((line) => JSON.parse(line) as LogLine).filter(({ error }) => error);
  expect(failed).toMatchObject([{ level: "error", message: `GET /${path} failed.` }]);
  return failed[0]?.error?.cause?.code;
}

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly error?: { readonly cause?: { readonly code: string } };
}

describe("a refusal by another service", () => {
  const ofAnother = { authorization: "Bearer of-another" };

  test("of this service's own credentials is a fault of this service, with nothing of it shown", async () => {
    const url = await startBack();
    const headers = (): Record<string, string> => ({ authorization: "Bearer barred" });
    const front = await startFront({ url, headers });
    expect(await refusalOf(front, "closed")).toBe("permission_denied");
    expect(await refusalOf(front, "open", ofAnother)).toBe("permission_denied");
  });

  test("does not name the scopes that this service lacks", async () => {
    const scoped = await start("scoped", [
      (binder) => binder.bind(ScopedService).toValue({ who: async () => ({}) }),
      authorized(keyAuthorizer),
      bindHttp({ serve: [ScopedService] }),
    ]);
    const own = createClient(ScopedService, { url: scoped, headers: () => ({ "x-api-key": key }) });
    onTestFinished(() => own[Symbol.asyncDispose]());
    // Its own code sees all of it: it may have another key.
    const caught: unknown = await own.who({}).catch((error: unknown) => error);
    expect(caught).toMatchObject({
      code: "permission_denied",
      details: { missingScopes: ["back:operate"] },
    });
    const front = await start("front", [
      (binder) => binder.bind(BackService).toValue({ who: () => own.who({}) }),
      authorized(new TokenAuthorizer()),
      bindHttp({ serve: [BackService] }),
    ]);
    const text = await (await fetch(`${front}/who`, { headers: ada })).text();
    expect(text).toContain("internal");
    expect(text).not.toContain("back:operate");
  });

  test("keeps its code if the credentials of the caller were refused", async () => {
    // The two do not agree: this one accepts a caller that the other one refuses.
    const back = await startBack();
    const lenient = new (class extends Authorizer {
      override async authorize(request: AuthorizationRequest) {
        return { id: bearerToken(request) ?? "" };
      }
    })();
    for (const options of [
      { forwardAuthorization: true },
      { headers: () => ({ authorization: "Bearer barred" }) },
    ]) {
      const front = await start("front", [
        bindFront,
        bindRemote(BackService, { url: back, ...options }),
        authorized(lenient),
        bindHttp({ serve: [FrontService] }),
      ]);
      const barred = { authorization: "Bearer barred" };
      expect(await ask(front, "closed", barred)).toBe("permission_denied");
    }
  });

  test("without a problem document, as by a proxy, is the same", async () => {
    for (const status of [401, 403]) {
      const proxy = await rawServer((socket) => socket.write(httpAnswer(status, "<html>")));
      onTestFinished(() => proxy[Symbol.asyncDispose]());
      const front = await startFront({ url: proxy.url });
      expect(await refusalOf(front, "closed")).toBe(
        status === 401 ? "unauthenticated" : "permission_denied",
      );
    }
  });

  test("reaches the caller as internal through a server that only forwards calls", async () => {
    const url = await startBack();
    const gateway = await start("gateway", [
      bindRemote(BackService, { url }),
      authorized(new TokenAuthorizer()),
      bindHttp({ serve: [BackService] }),
    ]);
    expect(await ask(gateway, "who")).toBe("internal");
  });
});

describe("forwardAuthorization", () => {
  test("lets the other service judge the caller, also with a shorter timeout", async () => {
    const url = await startBack();
    const front = await startFront({ url, forwardAuthorization: true });
    expect(await ask(front, "closed")).toBe("ada");
    expect(await ask(front, "hurried")).toBe("ada");
  });

  test("is off by default: nothing travels", async () => {
    const url = await startBack();
    expect(await refusalOf(await startFront({ url }), "closed")).toBe("unauthenticated");
  });

  test.each(["open", "asNoOne", "asAnother"])(
    "does not speak for who was not let in by it: %s",
    async (name) => {
      const url = await startBack();
      const front = await startFront({ url, forwardAuthorization: true });
      const path = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(await refusalOf(front, path)).toBe("unauthenticated");
    },
  );

  test("does not forward a header that was sent along with other accepted credentials", async () => {
    const url = await startBack();
    const front = await startFront({ url, forwardAuthorization: true });
    const headers = { "x-api-key": key, authorization: "Bearer of-another-caller" };
    expect(await refusalOf(front, "closed", headers)).toBe("unauthenticated");
    const seen = await rawServer((socket) => socket.write(httpAnswer(200, "{}")));
    onTestFinished(() => seen[Symbol.asyncDispose]());
    const other = await startFront({ url: seen.url, forwardAuthorization: true });
    await ask(other, "closed", headers);
    expect(seen.requests).toHaveLength(1);
    expect(seen.requests[0]).not.toContain("of-another-caller");
    expect(seen.requests[0]).not.toContain(key);
  });

  test("wins over the header of the service itself, which is for calls without a caller", async () => {
    const url = await startBack();
    const headers = (): Record<string, string> => ({
      Authorization: "Bearer barred",
      "x-api-key": "none",
    });
    const front = await startFront({ url, forwardAuthorization: true, headers });
    expect(await ask(front, "closed")).toBe("ada");
    expect(await refusalOf(front, "open")).toBe("permission_denied");
  });

  test("reaches the bound origin only", async () => {
    const elsewhere = await rawServer((socket) => socket.write(httpAnswer(200, "{}")));
    onTestFinished(() => elsewhere[Symbol.asyncDispose]());
    const redirecting = await rawServer((socket) =>
      socket.write(
        `HTTP/1.1 307 Temporary Redirect\r\nlocation: ${elsewhere.url}/who\r\ncontent-length: 0\r\n\r\n`,
      ),
    );
    onTestFinished(() => redirecting[Symbol.asyncDispose]());
    const front = await startFront({ url: redirecting.url, forwardAuthorization: true });
    expect(await ask(front, "closed")).toBe("internal");
    expect(redirecting.requests[0]).toContain(`authorization: Bearer ${token}\r\n`);
    expect(elsewhere.requests).toEqual([]);
  });

  test("calls through the loopback forward it, as calls in process do", async () => {
    const url = await startBack();
    const parts = [bindFront, bindRemote(BackService, { url, forwardAuthorization: true })];
    for (const bindings of [parts, [bindLoopback([bindFront]), ...parts.slice(1)]]) {
      const front = await start("front", [
        ...bindings,
        authorized(new TokenAuthorizer()),
        bindHttp({ serve: [FrontService] }),
      ]);
      expect(await ask(front, "closed")).toBe("ada");
    }
  });

  test("is shown by no log, no error and no context", async () => {
    const url = await startBack();
    lines.length = 0;
    const front = await startFront({ url, forwardAuthorization: true });
    await ask(front, "closed");
    const down = await startFront({ url: "http://127.0.0.1:1", forwardAuthorization: true });
    expect(await ask(down, "closed")).toBe("unavailable");
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join("\n")).not.toContain(token);

    let shown = "";
    const peek: Binding = (binder) =>
      binder.bind(BackService).toValue({
        who: async () => {
          shown = inspect(currentContext(), { depth: 9, showHidden: true });
          return {};
        },
      });
    const peeking = await start("peek", [
      peek,
      authorized(new TokenAuthorizer()),
      bindHttp({ serve: [BackService] }),
    ]);
    await ask(peeking, "who");
    expect(shown).toContain("requestId");
    expect(shown).not.toContain(token);
  });
});
