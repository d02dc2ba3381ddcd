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
  hashApiKey,
  HttpServer,
  refusal,
  type AuthorizationRequest,
  type ClientOptions,
} from "../src/index.ts";
import { httpAnswer, rawServer } from "./raw-server.ts";

const token = "a-token-of-ada-that-nobody-may-see";
const key = "an-api-key-of-bob";
const Nothing = z.object({});
const Who = z.object({ principalId: z.string().optional() });

/** Says who asks. */
abstract class BackService extends Service("back", {
  who: method({ http: "GET /who", input: Nothing, output: Who }),
}) {}

/** Asks back, in the context that the name of the method says. */
abstract class FrontService extends Service("front", {
  closed: method({ http: "GET /closed", input: Nothing, output: Who }),
  open: method({ http: "GET /open", public: true, input: Nothing, output: Who }),
  asNobody: method({ http: "GET /as-nobody", input: Nothing, output: Who }),
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
    asNobody: () => runWithContext(createContext({ principal: undefined }), () => back.who({})),
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

describe("forwardAuthorization", () => {
  test("lets the other side judge the caller, also within a shorter time", async () => {
    const url = await startBack();
    const front = await startFront({ url, forwardAuthorization: true });
    expect(await ask(front, "closed")).toBe("ada");
    expect(await ask(front, "hurried")).toBe("ada");
  });

  test("is a choice: without it nothing travels", async () => {
    const url = await startBack();
    expect(await ask(await startFront({ url }), "closed")).toBe("unauthenticated");
  });

  test.each(["open", "asNobody", "asAnother"])(
    "does not speak for who was not let in by it: %s",
    async (name) => {
      const url = await startBack();
      const front = await startFront({ url, forwardAuthorization: true });
      const path = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(await ask(front, path)).toBe("unauthenticated");
    },
  );

  test("leaves at home a header that came along with the credentials that counted", async () => {
    const url = await startBack();
    const front = await startFront({ url, forwardAuthorization: true });
    const headers = { "x-api-key": key, authorization: "Bearer of-somebody-else" };
    expect(await ask(front, "closed", headers)).toBe("unauthenticated");
    const seen = await rawServer((socket) => socket.write(httpAnswer(200, "{}")));
    onTestFinished(() => seen[Symbol.asyncDispose]());
    const other = await startFront({ url: seen.url, forwardAuthorization: true });
    await ask(other, "closed", headers);
    expect(seen.requests).toHaveLength(1);
    expect(seen.requests[0]).not.toContain("of-somebody-else");
    expect(seen.requests[0]).not.toContain(key);
  });

  test("goes before the header of the service itself, which is for calls without a caller", async () => {
    const url = await startBack();
    const headers = (): Record<string, string> => ({
      Authorization: "Bearer barred",
      "x-api-key": "none",
    });
    const front = await startFront({ url, forwardAuthorization: true, headers });
    expect(await ask(front, "closed")).toBe("ada");
    expect(await ask(front, "open")).toBe("permission_denied");
  });

  test("reaches no other origin than the one that was bound", async () => {
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

  test("calls through the loopback hand it on, as calls in process do", async () => {
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
