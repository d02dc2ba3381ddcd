import {
  createApp,
  currentContext,
  method,
  provider,
  Service,
  token,
  type Binding,
} from "@plinth/core";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import {
  Authorizer,
  bindHttp,
  HttpServer,
  refusal,
  type AuthorizationRequest,
} from "../src/index.ts";

let events: string[] = [];

class Session {
  constructor() {
    events.push("make");
  }
  // As tsyringe has it.
  dispose(): void {
    events.push(`dispose ${currentContext()?.requestId}`);
  }
}

const session = token<Session>("session");

abstract class SessionService extends Service("sessions", {
  use: method({ http: "POST /use", input: z.object({ text: z.string() }), output: z.void() }),
  hang: method({ http: "GET /hang", public: true, input: z.object({}), output: z.void() }),
}) {}

class SessionAuthorizer extends Authorizer {
  readonly #session: () => Session;
  constructor(open: () => Session) {
    super();
    this.#session = open;
  }
  override async authorize({ headers }: AuthorizationRequest) {
    this.#session();
    if (headers["x-refuse"] !== undefined) throw refusal("invalid_credentials", "Not you.");
    return { id: "ada" };
  }
}

let release = (): void => {};
let arrived: Promise<void>;

async function start(): Promise<string> {
  events = [];
  let arrive = (): void => {};
  arrived = new Promise((resolve) => {
    arrive = resolve;
  });
  const bindings: Binding = (binder) => {
    binder.bind(session).toFactory([], () => new Session(), { scope: "request" });
    binder.bind(Authorizer).toFactory([provider(session)], (open) => new SessionAuthorizer(open));
    binder.bind(SessionService).toFactory([provider(session)], (open) => ({
      use: async () => {
        open();
        events.push("used");
      },
      hang: async () => {
        open();
        await new Promise<void>((resolve) => {
          release = resolve;
          arrive();
        });
        events.push("released");
      },
    }));
  };
  const app = createApp({
    name: "sessions",
    config: { port: 0, logLevel: "fatal" },
    bindings: [bindings, bindHttp({ serve: [SessionService] })],
  });
  await app.start();
  onTestFinished(() => app.stop());
  return app.get(HttpServer).url;
}

function use(url: string, body: string, more: Readonly<Record<string, string>> = {}) {
  const headers = { "content-type": "application/json", "x-request-id": "one", ...more };
  return fetch(`${url}/use`, { method: "POST", headers, body });
}

test("instances of a request are disposed of before its answer arrives", async () => {
  const url = await start();
  expect((await use(url, '{"text":"a"}')).status).toBe(204);
  expect(events).toEqual(["make", "used", "dispose one"]);
});

test.each([
  ["its caller", '{"text":"a"}', { "x-refuse": "yes" }, 401],
  ["its body", "{", {}, 400],
  ["its input", "{}", {}, 400],
])("that was refused for %s is over too", async (_name, body, headers, status) => {
  const url = await start();
  expect((await use(url, body, headers)).status).toBe(status);
  await expect.poll(() => events).toEqual(["make", "dispose one"]);
});

test("whose client has disconnected or timed out ends with its work", async () => {
  const url = await start();
  const controller = new AbortController();
  const left = fetch(`${url}/hang`, { signal: controller.signal });
  await arrived;
  controller.abort();
  await expect(left).rejects.toThrow("aborted");
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(events).toEqual(["make"]);
  release();
  await expect.poll(() => events.length).toBe(3);
  expect(events.slice(1)).toEqual(["released", expect.stringMatching(/^dispose /)]);

  events = [];
  const late = await fetch(`${url}/hang`, { headers: { "x-request-timeout-ms": "1000" } });
  expect(late.status).toBe(504);
  expect(events).toEqual(["make"]);
  release();
  await expect.poll(() => events.length).toBe(3);
});
