import { createApp, Health, type Principal } from "@plinth/core";
import { describe, expect, test } from "vitest";
import { partlyUnreadable, unreadable } from "../../core/test/unreadable.ts";
import { anyOf, ApiKeyAuthorizer, Authorizer, bindHttp, HttpServer } from "../src/index.ts";
import { GuardedService, startGuarded } from "./guarded-service.ts";
import { CapturedLogger, startServer } from "./things.ts";

class Failing extends Authorizer {
  readonly #authorize: () => Promise<Principal>;
  constructor(authorize: () => Promise<Principal>) {
    super();
    this.#authorize = authorize;
  }
  override authorize(): Promise<Principal> {
    return this.#authorize();
  }
}

/** The status and the code, having seen that it is a problem document and that another request is answered. */
async function ask(url: string, path: string): Promise<unknown> {
  const answers = [];
  for (const again of [false, true]) {
    const response = await fetch(`${url}${path}`, { headers: { "x-api-key": "a".repeat(20) } });
    expect(response.headers.get("content-type"), String(again)).toContain("problem+json");
    const problem = (await response.json()) as { status: number; code: string; requestId: string };
    expect(problem.requestId).toBe(response.headers.get("x-request-id"));
    expect(problem.status).toBe(response.status);
    answers.push([response.status, problem.code]);
  }
  expect(answers[0]).toEqual(answers[1]);
  return answers[0];
}

function answerTo(kind: string): [number, string] {
  return kind.includes("abort") ? [499, "cancelled"] : [500, "internal"];
}

// One server for all that is thrown: starting one for each takes a minute.
describe("an authorizer that fails accepts no caller:", () => {
  let thrown: () => unknown;
  const fail = (): never => {
    throw thrown();
  };
  const rejects = new Failing(async () => Promise.reject(thrown()));
  const throws = new Failing(fail);

  test.each<[string, Authorizer]>([
    ["it rejects", rejects],
    ["it throws", throws],
    ["its store of keys throws", new ApiKeyAuthorizer(fail)],
    ["it is one of several", anyOf([rejects, throws])],
  ])("%s", async (_name, authorizer) => {
    await using guarded = await startGuarded(authorizer);
    for (const [kind, make] of Object.entries(unreadable)) {
      thrown = make;
      expect(await ask(guarded.url, "/closed"), kind).toEqual(answerTo(kind));
    }
    expect(guarded.calls).toEqual([]);
  });
});

describe.each(Object.entries(unreadable))("what is thrown is %s:", (kind, thrown) => {
  const answer = answerTo(kind);

  test("a method's answer is a problem document", async () => {
    await using running = await startServer();
    running.behavior.onCall = () => {
      throw thrown();
    };
    expect(await ask(running.url, "/things/a")).toEqual(answer);
    running.behavior.onCall = async () => Promise.reject(thrown());
    expect(await ask(running.url, "/things/a")).toEqual(answer);
  });

  test.each(["onRequest", "preHandler", "onSend", "onError"] as const)(
    "a hook's too, of the kind %s",
    async (name) => {
      await using running = await startServer({
        configure: (fastify) => {
          fastify.addHook(name as "onRequest", async () => Promise.reject(thrown()));
        },
      });
      if (name === "onError") running.behavior.onCall = () => Promise.reject(new Error("m"));
      expect(await ask(running.url, "/things/a")).toEqual(
        name === "onError" ? [500, "internal"] : answer,
      );
    },
  );

  test("an onSend hook's too, where there is no route or the method fails as well", async () => {
    await using running = await startServer({
      configure: (fastify) => {
        fastify.addHook("onSend", async () => Promise.reject(thrown()));
      },
    });
    running.behavior.onCall = () => Promise.reject(thrown());
    expect(await ask(running.url, "/things/a")).toEqual(answer);
    expect(await ask(running.url, "/nowhere")).toEqual([404, "not_found"]);
  });

  test("/ready is 503, and says nothing of it", async () => {
    const app = createApp({
      name: "things",
      config: { host: "127.0.0.1", port: 0 },
      logger: new CapturedLogger(),
      bindings: [
        (binder) =>
          binder.bind(GuardedService).toValue({
            open: async () => ({}),
            closed: async () => ({}),
            scoped: async () => ({}),
          }),
        bindHttp({ serve: [GuardedService], authorization: "none" }),
      ],
    });
    await app.start();
    app.get(Health).register("database", () => {
      throw thrown();
    });
    const ready = await fetch(`${app.get(HttpServer).url}/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { status: "not_ready", checks: { database: { status: "down" } } },
    ]);
    await app.stop();
  });
});

test("a logger that throws costs no answer", async () => {
  await using running = await startServer();
  running.behavior.onCall = () => Promise.reject(new Error("m"));
  for (const level of ["info", "warn", "error"] as const) {
    running.logger[level] = () => {
      throw new Error("No log.");
    };
  }
  expect(await ask(running.url, "/things/a")).toEqual([500, "internal"]);
  expect((await fetch(`${running.url}/things`)).status).toBe(200);
});

test.each(Object.entries(partlyUnreadable))(
  "of %s the answer has its code",
  async (_kind, thrown) => {
    await using running = await startServer();
    running.behavior.onCall = () => {
      throw thrown();
    };
    expect(await ask(running.url, "/things/a")).toEqual([503, "unavailable"]);
  },
);
