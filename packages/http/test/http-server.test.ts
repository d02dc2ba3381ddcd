import { createServer } from "node:http";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { currentContext, type ErrorCode } from "@plinth/core";
import { errorCodes } from "@plinth/core/errors";
import { describe, expect, test } from "vitest";
import { ListenError, statusOf } from "../src/index.ts";
import { rawRequest } from "./raw-request.ts";
import { startServer } from "./things.ts";

// A busy machine is no fault.
const patiently = { timeout: 15_000 };

async function json(response: Response | Promise<Response>): Promise<unknown> {
  return (await response).json();
}

describe("a request", () => {
  test("takes its input from path, query and body, by the declared types", async () => {
    await using running = await startServer();
    const { url } = running;
    expect(await json(fetch(`${url}/things/a`))).toEqual({ thingId: "a", name: "A" });
    expect(
      await json(
        fetch(`${url}/things?limit=7&exact=true&tags=x&sizes=1&sizes=-2.5&text=1%20%2B+1`),
      ),
    ).toEqual({
      input: { limit: 7, exact: true, tags: ["x"], sizes: [1, -2.5], text: "1 + 1" },
    });
    expect(await json(fetch(`${url}/things`))).toEqual({ input: { limit: 5 } });
    expect(await json(fetch(`${url}/numbers/12/flags/false`))).toEqual({ number: 12, flag: false });
  });

  test("answers with status, Location and no more than the contract declares", async () => {
    await using running = await startServer({ prefix: "/api/v1" });
    const things = `${running.url}/api/v1/things`;
    const headers = { "content-type": "application/json" };
    const created = await fetch(things, { method: "POST", headers, body: '{"name":"a/ä b"}' });
    expect(created.status).toBe(201);
    expect(created.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(created.headers.get("location")).toBe("/api/v1/things/thing_a%2F%C3%A4%20b");
    expect(await created.json()).toEqual({ thingId: "thing_a/ä b", name: "a/ä b" });
    expect(await (await fetch(`${things}/a`)).text()).toBe('{"thingId":"a","name":"A"}');
    const deleted = await fetch(`${things}/a`, { method: "DELETE" });
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect((await fetch(`${running.url}/things/a`)).status).toBe(404);
  });

  test("may be a HEAD if there is a GET", async () => {
    await using running = await startServer();
    const response = await fetch(`${running.url}/things/a`, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("26");
    expect((await fetch(`${running.url}/things/b`, { method: "HEAD" })).status).toBe(404);
  });

  test("keeps the id and trace of the caller, and replaces an invalid id", async () => {
    await using running = await startServer();
    let traceparent: string | undefined;
    running.behavior.onCall = () => {
      traceparent = currentContext()?.traceparent;
    };
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const response = await fetch(`${running.url}/things/a`, {
      headers: { "x-request-id": "req-1:a/b", traceparent: `00-${trace}-00f067aa0ba902b7-01` },
    });
    expect(response.headers.get("x-request-id")).toBe("req-1:a/b");
    expect(traceparent).toMatch(new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    for (const id of ["a b", "x".repeat(129), "<script>", ""]) {
      const answer = await fetch(`${running.url}/things/a`, { headers: { "x-request-id": id } });
      expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("has its own context, also among concurrent requests", async () => {
    await using running = await startServer();
    const seen = new Map<string, string[]>();
    running.behavior.onCall = async () => {
      const before = currentContext()?.requestId ?? "";
      const other = currentContext()?.traceparent ?? "";
      for (let turn = 0; turn < 5; turn += 1) await setImmediate();
      seen.set(before, [
        currentContext()?.requestId ?? "",
        other,
        currentContext()?.traceparent ?? "",
      ]);
    };
    const ids = Array.from({ length: 200 }, (_unused, index) => `r-${index}`);
    await Promise.all(
      ids.map(async (id) => {
        const body = JSON.stringify({ name: "x" });
        const headers = { "x-request-id": id, "content-type": "application/json" };
        const response = await fetch(`${running.url}/things`, { method: "POST", headers, body });
        expect(response.headers.get("x-request-id")).toBe(id);
        await response.arrayBuffer();
      }),
    );
    expect(seen.size).toBe(200);
    for (const [id, [after, before, trace]] of seen) {
      expect(after).toBe(id);
      expect(trace).toBe(before);
    }
  });

  test("passes its deadline on and is cut off at it", async () => {
    await using running = await startServer();
    let timeout: number | undefined;
    running.behavior.onCall = (options) => {
      timeout = options?.timeout;
      return new Promise(() => {});
    };
    const response = await fetch(`${running.url}/things/a`, {
      headers: { "x-request-timeout-ms": "1000" },
    });
    expect(response.status).toBe(504);
    expect(timeout).toBeGreaterThan(0);
    expect(timeout).toBeLessThanOrEqual(1_000);
  });

  test("is cancelled when the client disconnects, and logged as 499", async () => {
    await using running = await startServer();
    const controller = new AbortController();
    const cancelled = new Promise<string>((resolve) => {
      running.behavior.onCall = (options) => {
        options?.signal?.addEventListener("abort", () => {
          resolve(String(Reflect.get(Object(options.signal?.reason), "code")));
        });
        controller.abort();
        return new Promise(() => {});
      };
    });
    await expect(fetch(`${running.url}/things/a`, { signal: controller.signal })).rejects.toThrow(
      "aborted",
    );
    expect(await cancelled).toBe("cancelled");
    await expect
      .poll(() => running.logger.lines.map(({ message }) => message))
      .toEqual(["GET /things/:thingId 499"]);
  });

  test("leaves one line in the log, without its query", async () => {
    await using running = await startServer();
    await fetch(`${running.url}/things?text=secret`);
    await fetch(`${running.url}/things/b`);
    await fetch(`${running.url}/ready`);
    await expect
      .poll(() => running.logger.lines)
      .toMatchObject([
        { level: "info", message: "GET /things 200", fields: { path: "/things", status: 200 } },
        { level: "info", message: "GET /things/:thingId 404", fields: { path: "/things/b" } },
      ]);
    expect(JSON.stringify(running.logger.lines)).not.toContain("secret");
  });
});

describe("configure", () => {
  const refusing = (error: Error): Parameters<typeof startServer>[0] => ({
    configure: (fastify) => {
      fastify.addHook("onRequest", async (request, reply) => {
        reply.header("x-plugin", "seen");
        if (request.headers["x-refuse"] === undefined) return;
        // As limiters do, before they refuse.
        if (request.headers["x-refuse"] === "later") reply.header("retry-after", "7");
        throw error;
      });
    },
  });
  const answerOf = async (url: string, refuse: string): Promise<unknown[]> => {
    const refused = await fetch(`${url}/things/a`, { headers: { "x-refuse": refuse } });
    return [refused.status, refused.headers.get("retry-after"), await refused.json()];
  };

  test.each([
    ["a code of Fastify's", { statusCode: 403, code: "FST_PLUGIN_DENIED" }],
    ["expose: true", { statusCode: 403, expose: true }],
  ])("adds plugins, whose refusals with %s are problem documents too", async (_mark, fields) => {
    await using running = await startServer(
      refusing(Object.assign(new Error("Not from there."), fields)),
    );
    expect((await fetch(`${running.url}/things/a`)).headers.get("x-plugin")).toBe("seen");
    expect(await answerOf(running.url, "1")).toMatchObject([
      403,
      null,
      { type: "urn:plinth:error:refused", code: "permission_denied", detail: "Not from there." },
    ]);
  });

  test("adds limiters, which set Retry-After on the answer", async () => {
    const error = Object.assign(new Error("10.0.0.7 over its limit"), { statusCode: 429 });
    await using running = await startServer(refusing(error));
    const answer = await answerOf(running.url, "later");
    expect(answer).toMatchObject([
      429,
      "7",
      { code: "resource_exhausted", detail: "Too many requests were sent." },
    ]);
    expect(JSON.stringify(answer)).not.toContain("10.0.0.7");
  });

  test.each([401, 403, 404, 429, 500, 502])(
    "takes no other error with statusCode %i for an answer: 500, logged, nothing of it shown",
    async (statusCode) => {
      const message = "GET https://vault.internal/v1/keys failed";
      await using running = await startServer(
        refusing(Object.assign(new Error(message), { statusCode, status: statusCode })),
      );
      const answer = await answerOf(running.url, "1");
      expect(answer).toMatchObject([500, null, { code: "internal" }]);
      expect(JSON.stringify(answer)).not.toContain("vault");
      expect(running.logger.lines).toContainEqual({
        level: "error",
        message: "GET /things/:thingId failed.",
        fields: { error: expect.objectContaining({ message }) as Error },
      });
    },
  );
});

describe("health", () => {
  test("is alive always and ready while the app runs", async () => {
    await using running = await startServer({ prefix: "/api" });
    const ready = await fetch(`${running.url}/ready`);
    expect(ready.headers.get("cache-control")).toBe("no-store");
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: "ready", state: "running", checks: {} },
    ]);
    running.state = "draining";
    const late = await fetch(`${running.url}/ready`);
    expect([late.status, await late.json()]).toEqual([
      503,
      { status: "not_ready", state: "draining", checks: {} },
    ]);
    const alive = await fetch(`${running.url}/health`);
    expect([alive.status, await alive.json()]).toEqual([
      200,
      { status: "alive", state: "draining" },
    ]);
  });
});

describe("a server", () => {
  test("says what to do if its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const attempt = startServer({ port });
    await expect(attempt).rejects.toBeInstanceOf(ListenError);
    await expect(attempt).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is already in use. Stop what uses it, or set PORT to another port`,
    );
    await attempt.catch((error: object) => {
      expect(Reflect.get(error, Symbol.for("plinth.presentable"))).toBe(true);
    });
    other.close();
    await expect(startServer({ host: "192.0.2.1" })).rejects.toThrow("Set HOST");
  });

  test("finishes requests in flight, accepts new ones, then closes", async () => {
    await using running = await startServer();
    const { server, url } = running;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = 0;
    running.behavior.onCall = async () => {
      begun += 1;
      await released;
    };
    const slow = Array.from({ length: 20 }, () => fetch(`${url}/things/a`));
    await expect.poll(() => begun, patiently).toBe(20);
    const { signal } = new AbortController();
    let drained = false;
    const draining = server.drain({ signal }).then(() => {
      drained = true;
    });
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(200);
    expect(health.headers.get("connection")).toBe("close");
    expect(drained).toBe(false);
    release();
    const answers = await Promise.all(slow);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    await draining;
    await server.close({ signal });
    await expect(fetch(`${url}/health`)).rejects.toThrow("fetch failed");
    expect(() => server.url).toThrow("not listening");
  });

  test("cuts off requests that do not finish in time", async () => {
    const running = await startServer();
    let begun = false;
    running.behavior.onCall = () => {
      begun = true;
      return new Promise(() => {});
    };
    const hanging = rawRequest(running.url, "GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n");
    await expect.poll(() => begun, patiently).toBe(true);
    const controller = new AbortController();
    const draining = running.server.drain(controller);
    controller.abort();
    await draining;
    await running.server.close(controller);
    expect((await hanging).text).toBe("");
  });
});

test("every code has its status", () => {
  const codes = Object.keys(errorCodes) as ErrorCode[];
  expect(Object.fromEntries(codes.map((code) => [code, statusOf(code)]))).toEqual({
    cancelled: 499,
    unknown: 500,
    invalid_argument: 400,
    deadline_exceeded: 504,
    not_found: 404,
    already_exists: 409,
    permission_denied: 403,
    resource_exhausted: 429,
    failed_precondition: 400,
    aborted: 409,
    out_of_range: 400,
    unimplemented: 501,
    internal: 500,
    unavailable: 503,
    data_loss: 500,
    unauthenticated: 401,
  });
});
