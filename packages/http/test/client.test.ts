import {
  AlreadyExistsError,
  createApp,
  createContext,
  currentContext,
  InternalError,
  InvalidArgumentError,
  method,
  NotFoundError,
  runWithContext,
  Service,
  UnavailableError,
  UnimplementedError,
  type ServiceError,
} from "@plinth/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { bindHttp, bindRemote, createClient, HttpServer, RemoteError } from "../src/index.ts";
import { serveThings, ThingService } from "./client-things.ts";
import { httpAnswer, rawServer } from "./raw-server.ts";

async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error("The call succeeded.");
}

describe("a client", () => {
  test("is an instance of the contract, and calls it", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    expect(things).toBeInstanceOf(ThingService);
    expect(Object.keys(things)).toEqual([]);
    expect(await things.getThing({ thingId: "a" })).toEqual({ thingId: "a", name: "A" });
    expect(await things.deleteThing({ thingId: "a" })).toBeUndefined();
  });

  test("finds a service under a prefix, with or without a slash at the end", async () => {
    await using running = await serveThings([], "/api/v1");
    for (const url of [`${running.url}/api/v1`, new URL(`${running.url}/api/v1/`)]) {
      await using things = createClient(ThingService, { url });
      expect(await things.getThing({ thingId: "a" })).toEqual({ thingId: "a", name: "A" });
    }
  });

  test("carries every value through path, query and body unchanged", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    const texts = [
      "",
      "a/b",
      "ä €😀",
      "%2F",
      "a b+c",
      "?x=1&y#z",
      "..",
      ".",
      "true",
      "1",
      "\\",
      "a;b",
    ];
    for (const text of texts) {
      // Proxies would leave out what is empty, and resolve dots.
      if (!["", ".", ".."].includes(text)) {
        expect(await things.getThing({ thingId: text })).toEqual({ thingId: text, name: "A" });
      }
      const input = { text, limit: -1.5e21, exact: false, tags: [text, ""], sizes: [0.1, 1e-7] };
      expect(await things.searchThings(input)).toEqual({ seen: input });
    }
    expect(await things.searchThings({})).toEqual({ seen: { limit: 5 } });
    const replaced = { shelf: 1e100, flag: true, name: "\u0000\u2028\ud800" };
    expect(await things.replaceThing(replaced)).toEqual({ seen: replaced });
  });

  test("leaves the caller's input alone, strips the output and decodes it", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    const input = { name: "lamp", tags: ["x"] };
    expect(await things.createThing(input)).toEqual({ thingId: "thing_lamp", name: "lamp" });
    expect(input).toEqual({ name: "lamp", tags: ["x"] });
    expect(await things.birthday({ on: "2024-02-29" })).toEqual({ on: new Date("2024-02-29") });
  });

  test("strips what an answer has beyond the contract", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(200, '{"thingId":"a","name":"A","secret":1}')),
    );
    await using things = createClient(ThingService, { url: server.url });
    expect(await things.getThing({ thingId: "a" })).toEqual({ thingId: "a", name: "A" });
  });

  test("keeps its connections, and opens no more than it may", async () => {
    await using server = await rawServer((socket) =>
      setImmediate(() => socket.write(httpAnswer(200, '{"thingId":"a","name":"A"}'))),
    );
    await using things = createClient(ThingService, { url: server.url, connections: 3 });
    await Promise.all(Array.from({ length: 30 }, () => things.peekThing({ thingId: "a" })));
    expect(server.requests).toHaveLength(30);
    expect(server.connections).toBe(3);
  });

  test("sends request id, trace, time left and the headers it is given, which cannot replace them", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(200, '{"thingId":"a","name":"A"}')),
    );
    await using things = createClient(ThingService, {
      url: server.url,
      headers: async ({ context, method: called }) => ({
        Authorization: `Bearer of-${context.principal?.id ?? "none"}`,
        "x-called": called.name,
        "X-Request-Id": "mine",
      }),
    });
    const context = createContext({
      requestId: "request-1",
      tracestate: "vendor=1",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      principal: { id: "ada" },
      deadline: Date.now() + 60_000,
    });
    await runWithContext(context, () => things.peekThing({ thingId: "a" }));
    const [head = ""] = server.requests;
    expect(head).toContain(`traceparent: ${context.traceparent}\r\n`);
    expect(head).toContain("x-request-id: request-1\r\n");
    expect(head).not.toContain("mine");
    expect(head).toContain("authorization: Bearer of-ada\r\n");
    expect(head).toContain("x-called: peekThing\r\n");
    const left = Number(/x-request-timeout-ms: (\d+)/.exec(head)?.[1]);
    expect(left).toBeGreaterThan(30_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  test.each([
    ["Accept-Encoding", "gzip"],
    ["accept", "text/html"],
    ["connection", "close"],
    ["Content-Length", "5"],
    ["content-type", "text/plain"],
    ["content-encoding", "gzip"],
    ["transfer-encoding", "chunked"],
    ["host", "elsewhere.example"],
    ["expect", "100-continue"],
    ["te", "trailers"],
    ["upgrade", "h2c"],
    ["keep-alive", "timeout=1"],
    ["If-Match", '"1"'],
    ["if-none-match", "*"],
    ["range", "bytes=0-1"],
    ["x y", "z"],
    ["", "z"],
    ["x-secret", "hunter2\r\nx-other: 1"],
    ["x-secret", "hunter2 €"],
    ["x-secret", ["hunter2"] as never],
  ])("refuses %j: %j among its headers as the caller's mistake", async (name, value) => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(200, '{"thingId":"a","name":"A"}')),
    );
    await using things = createClient(ThingService, {
      url: server.url,
      headers: () => ({ [name]: value }),
    });
    const error = await errorOf(things.getThing({ thingId: "a" }));
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toContain(JSON.stringify(name));
    expect(error.message).not.toContain("hunter2");
    expect(server.requests).toEqual([]);
  });

  test("gives a call without any deadline the default one", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(200, '{"thingId":"a","name":"A"}')),
    );
    await using things = createClient(ThingService, { url: server.url });
    await things.peekThing({ thingId: "a" });
    const left = Number(/x-request-timeout-ms: (\d+)/.exec(server.requests[0] ?? "")?.[1]);
    expect(left).toBeGreaterThan(20_000);
    expect(left).toBeLessThanOrEqual(30_000);
  });

  test("sends nothing of the caller's identity by default", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(200, '{"thingId":"a","name":"A"}')),
    );
    await using things = createClient(ThingService, { url: server.url });
    const context = createContext({
      principal: { id: "ada", claims: { email: "ada@example.org" } },
    });
    await runWithContext(context, () => things.peekThing({ thingId: "a" }));
    expect(server.requests[0]).not.toContain("ada");
  });

  test("can be closed before its first call and twice, and refuses calls then", async () => {
    await using running = await serveThings();
    const things = createClient(ThingService, { url: running.url, attempts: 1 });
    await things[Symbol.asyncDispose]();
    await things[Symbol.asyncDispose]();
    expect((await errorOf(things.getThing({ thingId: "a" }))).message).toContain("is closed");
    expect(running.behavior.calls).toBe(0);
  });

  test("warns of nothing however many calls share one deadline", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    const controller = new AbortController();
    const context = createContext({ deadline: Date.now() + 20_000, signal: controller.signal });
    await runWithContext(context, async () => {
      const calls = Array.from({ length: 50 }, () => things.getThing({ thingId: "a" }));
      await Promise.all(calls);
    });
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });

  test("continues the context of its caller after the call", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    const ids = Array.from({ length: 20 }, (_none, index) => `request-${index}`);
    await Promise.all(
      ids.map((requestId) =>
        runWithContext(createContext({ requestId }), async () => {
          await things.getThing({ thingId: "a" });
          expect(currentContext()?.requestId).toBe(requestId);
        }),
      ),
    );
  });
});

test("a server hands calls on to a remote service, codecs, errors and all", async () => {
  await using running = await serveThings();
  const gateway = createApp({
    name: "gateway",
    config: { host: "127.0.0.1", port: 0, logLevel: "fatal" },
    bindings: [
      bindRemote(ThingService, { url: running.url }),
      bindHttp({ serve: [ThingService], prefix: "/gateway" }),
    ],
  });
  await gateway.start();
  const url = `${gateway.get(HttpServer).url}/gateway`;
  await using things = createClient(ThingService, { url });
  expect(await things.birthday({ on: "2024-02-29" })).toEqual({ on: new Date("2024-02-29") });
  const missing = await errorOf(things.getThing({ thingId: "missing" }));
  expect([missing.code, missing.message]).toEqual(["not_found", "There is no such thing."]);
  const context = createContext({ requestId: "request-3" });
  const broken = await runWithContext(context, () =>
    errorOf(things.getThing({ thingId: "broken" })),
  );
  expect([broken.code, broken.requestId]).toEqual(["internal", "request-3"]);
  await gateway.stop();
});

describe("an error of the service", () => {
  test("arrives as its class, with code, message, details, advice and request id", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url, attempts: 1 });
    const taken = await errorOf(things.createThing({ name: "taken" }));
    expect(taken).toBeInstanceOf(AlreadyExistsError);
    expect(taken).toMatchObject({
      code: "already_exists",
      message: "There is such a thing already.",
      details: { name: "taken" },
    });
    const context = createContext({ requestId: "request-7" });
    const missing = await runWithContext(context, () =>
      errorOf(things.getThing({ thingId: "missing" })),
    );
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(missing.requestId).toBe("request-7");
    const busy = await errorOf(things.getThing({ thingId: "busy" }));
    expect(busy).toBeInstanceOf(UnavailableError);
    expect(busy.retryAfter).toBe(1_500);
  });

  test("has as its cause what happened on the wire: for the log, without the values", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    const { cause } = await errorOf(things.getThing({ thingId: "missing" }));
    expect(cause).toBeInstanceOf(RemoteError);
    expect(cause).toMatchObject({ service: "things", method: "getThing", status: 404 });
    expect((cause as Error).message).toBe(
      `GET ${running.url}/things/:thingId answered 404 (not_found)`,
    );
  });

  test("that is not classified says nothing", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    const error = await errorOf(things.getThing({ thingId: "broken" }));
    expect(error).toBeInstanceOf(InternalError);
    expect(error.message).toBe("An internal error occurred.");
    expect(JSON.stringify(error)).not.toContain("hunter2");
  });

  test("in the input is found by the client, and nothing is sent", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    const error = await errorOf(
      things.createThing({ name: "", tags: [1 as never], extra: true } as never),
    );
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.details).toMatchObject({
      errors: [{ path: "name" }, { path: "tags[0]" }, { path: "extra" }],
    });
    expect(running.behavior.calls).toBe(0);
  });

  test("in what a URL cannot carry names the field", async () => {
    await using running = await serveThings();
    await using things = createClient(ThingService, { url: running.url });
    const error = await errorOf(things.getThing({ thingId: "\ud800" }));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.details).toMatchObject({ errors: [{ path: "thingId" }] });
    const lists = await errorOf(things.searchThings({ tags: [], sizes: [1], text: "\udfff" }));
    expect(lists.details).toMatchObject({ errors: [{ path: "tags" }, { path: "text" }] });
    expect(running.behavior.calls).toBe(0);
  });

  test("for a method that the other service lacks is unimplemented, not not_found", async () => {
    abstract class Newer extends Service("things", {
      getShape: method({
        http: "GET /shapes/:shape",
        input: z.object({ shape: z.string() }),
        output: z.any(),
      }),
      putThing: method({
        http: "PATCH /things/:thingId",
        input: z.object({ thingId: z.string() }),
        output: z.any(),
      }),
    }) {}
    await using running = await serveThings();
    await using things = createClient(Newer, { url: running.url });
    for (const call of [things.getShape({ shape: "x" }), things.putThing({ thingId: "a" })]) {
      expect(await errorOf(call)).toBeInstanceOf(UnimplementedError);
    }
  });
});

describe("a client is refused", () => {
  test.each([
    ["not a url", "is not a URL"],
    ["ftp://example.org", "must begin with http: or https:"],
    ["http://user:pa55word@example.org", "must not hold credentials"],
    ["http://pa55word@example.org", "must not hold credentials"],
    ["http://example.org/?key=pa55word", "no query"],
    ["http://example.org/#pa55word", "no fragment"],
  ])("%s", (url, message) => {
    const make = (): unknown => createClient(ThingService, { url });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow("pa55word");
  });

  test("for an invalid number", () => {
    const url = "http://127.0.0.1:1";
    expect(() => createClient(ThingService, { url, attempts: 0 })).toThrow("attempts");
    expect(() => createClient(ThingService, { url, timeout: Number.NaN })).toThrow("timeout");
  });
});
