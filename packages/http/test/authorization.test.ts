import {
  createApp,
  GraphError,
  PermissionDeniedError,
  UnauthenticatedError,
  UnavailableError,
  type Principal,
} from "@plinth/core";
import { fakeClock } from "@plinth/testing";
import { describe, expect, test } from "vitest";
import {
  anyOf,
  ApiKeyAuthorizer,
  ApiKeyStore,
  Authorizer,
  bindHttp,
  hashApiKey,
  HttpServer,
  type ApiKeyRecord,
} from "../src/index.ts";
import { GuardedService, startGuarded } from "./guarded-service.ts";
import { rawRequest } from "./raw-request.ts";

const key = "plinth-test-key-0123456789";
const principal: Principal = { id: "robot", kind: "service", scopes: ["things:read"] };

class Keys extends ApiKeyStore {
  readonly asked: string[] = [];
  readonly #records: readonly ApiKeyRecord[];
  constructor(...records: ApiKeyRecord[]) {
    super();
    this.#records = records;
  }
  async find(hash: string): Promise<ApiKeyRecord | undefined> {
    this.asked.push(hash);
    return this.#records.find((record) => record.hash === hash);
  }
}

async function call(url: string, headers: Record<string, string>, path = "/closed") {
  const response = await fetch(`${url}${path}`, { headers });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, challenge: response.headers.get("www-authenticate"), body };
}

describe("an API key", () => {
  test("is known by its hash, and puts its principal into the context", async () => {
    const keys = new Keys({ hash: hashApiKey(key), principal });
    await using guarded = await startGuarded(new ApiKeyAuthorizer(keys));
    expect(await call(guarded.url, { "x-api-key": key })).toMatchObject({
      status: 200,
      body: { principalId: "robot" },
    });
    expect(guarded.calls[0]?.principal).toEqual(principal);
    expect(keys.asked).toEqual([hashApiKey(key)]);
    expect(JSON.stringify(guarded.logger.lines)).not.toContain(key);
  });

  test.each<[string, Partial<ApiKeyRecord>]>([
    ["revoked", { revoked: true }],
    ["expired", { expiresAt: Date.now() - 1 }],
    ["of another hash, as a careless store gives", { hash: hashApiKey("another") }],
    ["without a proper hash", { hash: "" }],
  ])("%s: 401, as if unknown", async (_name, changes) => {
    const record = { hash: hashApiKey(key), principal, ...changes };
    await using guarded = await startGuarded(new ApiKeyAuthorizer(async () => record));
    const unknown = await startGuarded(new ApiKeyAuthorizer(async () => undefined));
    const { body, ...answer } = await call(guarded.url, { "x-api-key": key });
    const { body: other, ...otherAnswer } = await call(unknown.url, { "x-api-key": key });
    await unknown[Symbol.asyncDispose]();
    expect(answer).toEqual({ status: 401, challenge: "ApiKey" });
    expect(answer).toEqual(otherAnswer);
    expect({ ...body, requestId: "" }).toEqual({ ...other, requestId: "" });
    expect(JSON.stringify(body)).not.toContain(key);
    expect(guarded.calls).toEqual([]);
  });

  test.each(["short", "x".repeat(257), "with space inside it ok", "with'quote'0123456789"])(
    "malformed, %s: 401 without a look-up",
    async (malformed) => {
      const keys = new Keys();
      await using guarded = await startGuarded(new ApiKeyAuthorizer(keys));
      expect(await call(guarded.url, { "x-api-key": malformed })).toMatchObject({
        status: 401,
        body: { details: { reason: "malformed_credentials" } },
      });
      expect(keys.asked).toEqual([]);
      expect(guarded.calls).toEqual([]);
    },
  );

  test("missing or sent twice: 401", async () => {
    const keys = new Keys({ hash: hashApiKey(key), principal });
    await using guarded = await startGuarded(new ApiKeyAuthorizer(keys));
    expect(await call(guarded.url, {})).toMatchObject({
      status: 401,
      body: { details: { reason: "missing_credentials" } },
    });
    const line = `x-api-key: ${key}\r\n`;
    const twice = `GET /closed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${line}${line}\r\n`;
    expect((await rawRequest(guarded.url, twice)).status).toBe(401);
    expect(keys.asked).toEqual([]);
  });

  test("that lacks a scope: 403", async () => {
    const keys = new Keys({ hash: hashApiKey(key), principal });
    await using guarded = await startGuarded(new ApiKeyAuthorizer(keys));
    const response = await fetch(`${guarded.url}/scoped`, {
      method: "POST",
      headers: { "x-api-key": key },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ details: { missingScopes: ["things:write"] } });
    expect(guarded.calls).toEqual([]);
  });

  test("that cannot be looked up: 503", async () => {
    const find = async () => {
      throw new UnavailableError("The database is away.");
    };
    await using guarded = await startGuarded(new ApiKeyAuthorizer(find));
    expect((await call(guarded.url, { "x-api-key": key })).status).toBe(503);
    expect(guarded.calls).toEqual([]);
  });

  test("expires by the given clock", async () => {
    const clock = fakeClock();
    const record = { hash: hashApiKey(key), principal, expiresAt: clock.now() + 1 };
    const authorizer = new ApiKeyAuthorizer(async () => record, { clock });
    await using guarded = await startGuarded(authorizer);
    expect((await call(guarded.url, { "x-api-key": key })).status).toBe(200);
    clock.advance(1);
    expect((await call(guarded.url, { "x-api-key": key })).status).toBe(401);
  });

  test("may have another form and another header", async () => {
    const authorizer = new ApiKeyAuthorizer(async (hash) => ({ hash, principal }), {
      header: "X-Token",
      pattern: /^t_[0-9]{4}$/g,
    });
    await using guarded = await startGuarded(authorizer);
    for (const _again of [1, 2]) {
      expect((await call(guarded.url, { "x-token": "t_1234" })).status).toBe(200);
    }
  });
});

/** Accepts one word as a bearer token. */
class Password extends Authorizer {
  readonly #answer: () => Promise<Principal>;
  constructor(answer: () => Promise<Principal>) {
    super();
    this.#answer = answer;
  }
  override async authorize(): Promise<Principal> {
    return this.#answer();
  }
}

const reject = (error: Error) =>
  new Password(async () => {
    throw error;
  });

describe("anyOf", () => {
  const keys = new ApiKeyAuthorizer(new Keys({ hash: hashApiKey(key), principal }));

  test("accepts a caller that one of them accepts, and names all schemes", async () => {
    const first = reject(
      new UnauthenticatedError("No.", { details: { reason: "missing_credentials" } }),
    );
    await using guarded = await startGuarded(anyOf([first, keys]));
    expect((await call(guarded.url, { "x-api-key": key })).status).toBe(200);
    expect(await call(guarded.url, {})).toMatchObject({ status: 401, challenge: "Bearer, ApiKey" });
  });

  test.each([
    ["a wrong one over a missing one", [new UnauthenticatedError("Wrong."), keys], 401, "Wrong."],
    ["one that cannot tell", [keys, new UnavailableError("Away.")], 503, "Away."],
    [
      "one that denies",
      [new UnauthenticatedError("Wrong."), new PermissionDeniedError("Banned.")],
      403,
      "Banned.",
    ],
  ] as const)("tells of %s", async (_name, parts, status, detail) => {
    const [one, two] = parts.map((part) => (part instanceof Authorizer ? part : reject(part)));
    await using guarded = await startGuarded(anyOf([one!, two!]));
    expect(await call(guarded.url, {})).toMatchObject({ status, body: { detail } });
    expect(guarded.calls).toEqual([]);
  });
});

describe("an authorizer", () => {
  test("that fails or returns nothing accepts no caller: 500 without details", async () => {
    for (const authorizer of [
      reject(new TypeError("secret")),
      new Password(async () => undefined as unknown as Principal),
      new Password(() => {
        throw new TypeError("secret");
      }),
    ]) {
      await using guarded = await startGuarded(authorizer);
      const { status, body } = await call(guarded.url, {});
      expect([status, body["code"]]).toEqual([500, "internal"]);
      expect(JSON.stringify(body)).not.toContain("secret");
      expect(guarded.calls).toEqual([]);
    }
  });

  test.each([
    ["one text", "things:read things:write"],
    ["one text that holds them", "all-things:read-and-things:write"],
    ["an object with includes", { includes: () => true }],
    ["a set", new Set(["things:read", "things:write"])],
    ["null", null],
    ["a list with other things", ["things:read", "things:write", 1]],
    ["lists in a list", [["things:read", "things:write"]]],
  ])("that returns %s as scopes accepts no caller: 500, logged", async (_what, scopes) => {
    const given = { id: "u", scopes } as unknown as Principal;
    await using guarded = await startGuarded(new Password(async () => given));
    for (const [method, path] of [
      ["POST", "/scoped"],
      ["GET", "/closed"],
    ]) {
      expect((await fetch(`${guarded.url}${path}`, { method: method! })).status).toBe(500);
    }
    expect(guarded.calls).toEqual([]);
    expect(guarded.logger.lines[0]).toMatchObject({ level: "error" });
    expect(String(guarded.logger.lines[0]?.fields["error"])).toContain("not a list of texts");
  });

  test.each([
    ["an error of a client", { statusCode: 403 }],
    ["an error like one of Fastify's", { statusCode: 413, code: "FST_ERR_CTP_BODY_TOO_LARGE" }],
    ["an error like a plugin's", { statusCode: 401, expose: true }],
  ])("that throws %s shows nothing of it: 500, logged", async (_what, fields) => {
    const fail = async (): Promise<never> => {
      throw Object.assign(new Error("GET https://vault.internal failed"), fields);
    };
    const store = new ApiKeyAuthorizer(fail);
    for (const authorizer of [store, new Password(fail), anyOf([store, new Password(fail)])]) {
      await using guarded = await startGuarded(authorizer);
      const { status, body } = await call(guarded.url, { "x-api-key": key });
      expect([status, body["code"]]).toEqual([500, "internal"]);
      expect(JSON.stringify(body)).not.toContain("vault");
      expect(guarded.logger.lines[0]).toMatchObject({ level: "error" });
    }
  });

  test("that hangs is cut off at the deadline of the caller", async () => {
    await using guarded = await startGuarded(new Password(() => new Promise(() => {})));
    expect((await call(guarded.url, { "x-request-timeout-ms": "30" })).status).toBe(504);
    expect(guarded.calls).toEqual([]);
  });
});

describe("closed methods without an authorizer", () => {
  const implementation = {
    open: async () => ({}),
    closed: async () => ({}),
    scoped: async () => ({}),
  };
  const config = { host: "127.0.0.1", port: 0, logLevel: "fatal" };

  test("are a fault at start that names them and says what to do", async () => {
    const app = createApp({
      name: "things",
      config,
      bindings: [
        (binder) => binder.bind(GuardedService).toValue(implementation),
        bindHttp({ serve: [GuardedService] }),
      ],
    });
    const error: unknown = await app.start().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GraphError);
    expect((error as Error).message).toBe(
      `The app "things" cannot start: its bindings have a fault.
  1. Authorizer is not bound.
     Needed by: HttpServer -> Authorizer
     The server is to serve methods that are closed: guarded.closed, guarded.scoped.
     Fix: bind an Authorizer, such as bind(Authorizer).toValue(new ApiKeyAuthorizer(...));
     or declare methods that anybody may call as \`public: true\` in the contract;
     or open all of them on purpose, with bindHttp({ authorization: "none" }).`,
    );
    await expect(startGuarded(undefined)).rejects.toThrow("guarded.closed, guarded.scoped");
  });

  test("are served to everybody if authorization is 'none'", async () => {
    const app = createApp({
      name: "things",
      config,
      bindings: [
        (binder) => binder.bind(GuardedService).toValue(implementation),
        bindHttp({ serve: [GuardedService], authorization: "none" }),
      ],
    });
    await app.start();
    expect((await fetch(`${app.get(HttpServer).url}/closed`)).status).toBe(200);
    await app.stop();
  });

  test("are served to callers that a bound authorizer accepts", async () => {
    const app = createApp({
      name: "things",
      config,
      bindings: [
        (binder) => binder.bind(GuardedService).toValue(implementation),
        (binder) =>
          binder
            .bind(Authorizer)
            .toValue(new ApiKeyAuthorizer(async (hash) => ({ hash, principal }))),
        bindHttp({ serve: [GuardedService] }),
      ],
    });
    await app.start();
    const { url } = app.get(HttpServer);
    expect((await fetch(`${url}/closed`)).status).toBe(401);
    expect((await fetch(`${url}/closed`, { headers: { "x-api-key": key } })).status).toBe(200);
    await app.stop();
  });
});
