import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { createContext, UnavailableError, type ServiceError } from "@plinth/core";
import { describe, expect, test, vi } from "vitest";
import { readRetryAfter } from "../src/client/retry-after.ts";
import { RetryBudget } from "../src/client/retry-budget.ts";
import { withRetries } from "../src/client/with-retries.ts";
import { createClient } from "../src/index.ts";
import { CapturedLogger } from "./things.ts";
import { ThingService } from "./client-things.ts";
import { httpAnswer, rawServer } from "./raw-server.ts";

const thing = httpAnswer(200, '{"thingId":"a","name":"A"}');
const busy = httpAnswer(503, "busy", { "content-type": "text/plain" });

async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error("The call succeeded.");
}

describe("a call of an idempotent method", () => {
  test("is retried until it succeeds, three times in all, and each retry is logged", async () => {
    await using server = await rawServer((socket, index) => {
      if (index === 0) socket.resetAndDestroy();
      else socket.write(index === 1 ? busy : thing);
    });
    const logger = new CapturedLogger();
    await using things = createClient(ThingService, { url: server.url, logger });
    expect(await things.getThing({ thingId: "a" })).toEqual({ thingId: "a", name: "A" });
    expect(server.requests).toHaveLength(3);
    expect(logger.lines.map(({ level, fields }) => [level, fields["attempt"]])).toEqual([
      ["warn", 1],
      ["warn", 2],
    ]);
  });

  test("gives up after the last attempt, with the last error", async () => {
    await using server = await rawServer((socket) => socket.write(busy));
    await using things = createClient(ThingService, { url: server.url, attempts: 2 });
    expect((await errorOf(things.getThing({ thingId: "a" }))).code).toBe("unavailable");
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ["not_found", 404],
    ["internal", 500],
    ["aborted", 409],
    ["deadline_exceeded", 504],
  ])("is not repeated after %s", async (code, status) => {
    const problem = JSON.stringify({ code, detail: "No." });
    await using server = await rawServer((socket) => socket.write(httpAnswer(status, problem)));
    await using things = createClient(ThingService, { url: server.url });
    expect((await errorOf(things.getThing({ thingId: "a" }))).code).toBe(code);
    expect(server.requests).toHaveLength(1);
  });

  test("waits as long as Retry-After says", async () => {
    const moments: number[] = [];
    const wait = httpAnswer(
      429,
      '{"code":"resource_exhausted","detail":"Slowly.","retryAfter":300}',
    );
    await using server = await rawServer((socket, index) => {
      moments.push(performance.now());
      socket.write(index === 0 ? wait : thing);
    });
    await using things = createClient(ThingService, { url: server.url });
    await things.getThing({ thingId: "a" });
    const [first = 0, second = 0] = moments;
    // Timers may be a millisecond early.
    expect(second - first).toBeGreaterThanOrEqual(299);
  });

  test("gives up at once if Retry-After is past the deadline", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(503, "busy", { "retry-after": "3600" })),
    );
    await using things = createClient(ThingService, { url: server.url });
    const error = await errorOf(things.getThing({ thingId: "a" }, { timeout: 15_000 }));
    expect(error.code).toBe("unavailable");
    expect(error.retryAfter).toBe(3_600_000);
    expect(server.requests).toHaveLength(1);
  });

  test("tells each attempt how much time is left", async () => {
    const wait = httpAnswer(503, '{"code":"unavailable","detail":"Slowly.","retryAfter":100}');
    await using server = await rawServer((socket, index) =>
      socket.write(index === 0 ? wait : thing),
    );
    await using things = createClient(ThingService, { url: server.url });
    await things.getThing({ thingId: "a" }, { timeout: 15_000 });
    const [first = 0, second = 0] = server.requests.map((text) =>
      Number(/x-request-timeout-ms: (\d+)/.exec(text)?.[1]),
    );
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThanOrEqual(first - 99);
  });

  test("is cancelled while it waits", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(503, "busy", { "retry-after": "5" })),
    );
    const logger = new CapturedLogger();
    await using things = createClient(ThingService, { url: server.url, logger });
    const controller = new AbortController();
    const call = errorOf(things.getThing({ thingId: "a" }, { signal: controller.signal }));
    await expect.poll(() => logger.lines.length).toBe(1);
    controller.abort();
    expect((await call).code).toBe("cancelled");
    expect(server.requests).toHaveLength(1);
  });

  test("is not retried after it was cancelled", async () => {
    await using server = await rawServer(() => {});
    const logger = new CapturedLogger();
    await using things = createClient(ThingService, { url: server.url, logger });
    const controller = new AbortController();
    const call = errorOf(things.getThing({ thingId: "a" }, { signal: controller.signal }));
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(new Error("No longer needed."));
    expect((await call).code).toBe("cancelled");
    await server.closed;
    expect(logger.lines).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("stops waiting when its caller does", async () => {
    const controller = new AbortController();
    const send = vi.fn(() => Promise.reject(new UnavailableError("Busy.", { retryAfter: 5_000 })));
    const call = withRetries(
      {
        attempts: 2,
        budget: new RetryBudget(),
        context: createContext({ signal: controller.signal }),
        onRetry: () => controller.abort(),
      },
      send,
    );
    await expect(call).rejects.toThrow("aborted");
    expect(send).toHaveBeenCalledOnce();
  });

  test("adds only a few calls to a service that is down", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(503, '{"code":"unavailable","detail":"Down."}')),
    );
    await using things = createClient(ThingService, { url: server.url });
    const calls = Array.from({ length: 100 }, () => errorOf(things.getThing({ thingId: "a" })));
    await Promise.all(calls);
    expect(server.requests).toHaveLength(110);
  });

  test("earns a retry with every ten that succeed", async () => {
    let down = true;
    await using server = await rawServer((socket) => socket.write(down ? busy : thing));
    await using things = createClient(ThingService, { url: server.url, attempts: 2 });
    for (let count = 0; count < 12; count += 1) await errorOf(things.getThing({ thingId: "a" }));
    expect(server.requests).toHaveLength(22);
    down = false;
    for (let count = 0; count < 10; count += 1) await things.getThing({ thingId: "a" });
    down = true;
    await errorOf(things.getThing({ thingId: "a" }));
    expect(server.requests).toHaveLength(34);
  });
});

test("Retry-After is seconds or a date, and nothing else", () => {
  expect(readRetryAfter("0")).toBe(0);
  expect(readRetryAfter("120")).toBe(120_000);
  const soon = new Date(Date.now() + 60_000).toUTCString();
  expect(readRetryAfter(soon)).toBeGreaterThan(50_000);
  expect(readRetryAfter(soon)).toBeLessThanOrEqual(60_000);
  expect(readRetryAfter("Fri, 31 Dec 1999 23:59:59 GMT")).toBe(0);
  for (const nonsense of [undefined, "", "-1", "1.5", "soon", "9".repeat(400), "Mon, nonsense"]) {
    expect(readRetryAfter(nonsense)).toBeUndefined();
  }
});

describe("a call of any other method is sent once", () => {
  test("also a GET, and also where the other side asks for a retry", async () => {
    await using server = await rawServer((socket) =>
      socket.write(httpAnswer(503, "busy", { "retry-after": "0" })),
    );
    await using things = createClient(ThingService, { url: server.url, attempts: 5 });
    expect((await errorOf(things.peekThing({ thingId: "a" }))).code).toBe("unavailable");
    expect((await errorOf(things.createThing({ name: "lamp" }))).code).toBe("unavailable");
    expect(server.requests).toHaveLength(2);
  });

  test("on a kept connection that closes as the request arrives", async () => {
    await using server = await rawServer((socket, index) => {
      if (index === 0) socket.write(thing);
      else socket.destroy();
    });
    await using things = createClient(ThingService, { url: server.url, connections: 1 });
    await things.peekThing({ thingId: "a" });
    expect((await errorOf(things.createThing({ name: "lamp" }))).code).toBe("unavailable");
    expect(server.connections).toBe(1);
    expect(server.requests).toHaveLength(2);
  });

  test("while the server closes idle connections all the time", async () => {
    const seen = new Map<string, number>();
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const { name } = JSON.parse(text) as { name: string };
        seen.set(name, (seen.get(name) ?? 0) + 1);
        response.writeHead(201, { "content-type": "application/json", "keep-alive": "timeout=60" });
        response.end(JSON.stringify({ thingId: name, name }));
        // Without "connection: close", so that the client cannot know.
        globalThis.setImmediate(() => server.closeIdleConnections());
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await using things = createClient(ThingService, {
      url: `http://127.0.0.1:${port}`,
      connections: 4,
    });
    let failed = 0;
    for (let round = 0; round < 300; round += 1) {
      await things.createThing({ name: `thing-${round}` }).catch((error: ServiceError) => {
        expect(error.code).toBe("unavailable");
        failed += 1;
      });
      for (let turn = 0; turn < round % 4; turn += 1) await setImmediate();
    }
    expect([...seen.values()].every((count) => count === 1)).toBe(true);
    expect(seen.size).toBeGreaterThanOrEqual(300 - failed);
    expect(seen.size).toBeGreaterThan(0);
    server.closeAllConnections();
    server.close();
  });
});
