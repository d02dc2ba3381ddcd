import { once } from "node:events";
import { connect } from "node:net";
import { Health, localCall, method, Service } from "@plinth/core";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import type { Problem } from "../src/index.ts";
import { FastifyServer } from "../src/server/fastify-server.ts";
import type { HttpServerOptions } from "../src/server/http-options.ts";
import { CapturedLogger, startServer } from "./things.ts";

// A busy machine is no fault.
const patiently = { timeout: 15_000 };

describe("more requests than maxRequestsInFlight", () => {
  test("are refused with 503 and Retry-After, except for health, and take no place", async () => {
    await using running = await startServer({ maxRequestsInFlight: 2 });
    const { url, logger } = running;
    const waiting: (() => void)[] = [];
    running.behavior.onCall = () => new Promise<void>((resolve) => waiting.push(resolve));
    const taken = [fetch(`${url}/things/a`), fetch(`${url}/things/a`)];
    await expect.poll(() => waiting.length, patiently).toBe(2);
    for (let time = 0; time < 3; time += 1) {
      const refused = await fetch(`${url}/things/a`);
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
      expect((await refused.json()) as Problem).toMatchObject({
        type: "urn:plinth:error:overloaded",
        code: "unavailable",
        retryAfter: 1_000,
      });
    }
    for (const path of ["/health", "/ready"]) {
      expect((await fetch(url + path)).status).toBe(200);
    }
    waiting[0]?.();
    expect((await taken[0])?.status).toBe(200);
    const next = fetch(`${url}/things/a`);
    await expect.poll(() => waiting.length, patiently).toBe(3);
    for (const end of waiting) end();
    expect([(await taken[1])?.status, (await next).status]).toEqual([200, 200]);
    // One line for many refusals, and none that calls them failures.
    expect(logger.lines.filter(({ level }) => level !== "info")).toMatchObject([
      { level: "warn", fields: { maxRequestsInFlight: 2 } },
    ]);
  });

  test("places are free again after clients have disconnected, also behind a missing answer", async () => {
    await using running = await startServer({ maxRequestsInFlight: 2 });
    let begun = 0;
    running.behavior.onCall = () => {
      begun += 1;
      return begun > 2 ? undefined : new Promise(() => {});
    };
    const socket = connect(running.server.address.port, "127.0.0.1");
    socket.write("GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2));
    await expect.poll(() => begun, patiently).toBe(2);
    socket.destroy();
    await expect
      .poll(async () => (await fetch(`${running.url}/things/a`)).status, patiently)
      .toBe(200);
  });
});

describe("a method that takes longer than methodTimeout", () => {
  test("is answered with deadline_exceeded, and its signal is aborted", async () => {
    await using running = await startServer({ methodTimeout: 50 });
    let signal: AbortSignal | undefined;
    running.behavior.onCall = (options) => {
      signal = options?.signal;
      return new Promise(() => {});
    };
    const { url } = running;
    for (const headers of [{}, { "x-request-timeout-ms": "3600000" }]) {
      const answer = await fetch(`${url}/things/a`, { headers });
      expect([answer.status, await answer.json()]).toMatchObject([
        504,
        { code: "deadline_exceeded" },
      ]);
      expect(signal?.aborted).toBe(true);
    }
  });

  test("and a caller with a shorter timeout has its own limit", async () => {
    await using running = await startServer({ methodTimeout: 3_600_000 });
    running.behavior.onCall = () => new Promise(() => {});
    const headers = { "x-request-timeout-ms": "20" };
    expect((await fetch(`${running.url}/things/a`, { headers })).status).toBe(504);
  });
});

abstract class LargeService extends Service("large", {
  read: method({ http: "GET /large", public: true, input: z.object({}), output: z.string() }),
}) {}

async function startLarge(
  options: Partial<HttpServerOptions>,
): Promise<{ server: FastifyServer; logger: CapturedLogger }> {
  const logger = new CapturedLogger();
  const instance = localCall(LargeService, { read: async () => "x".repeat(16 * 1024 * 1024) });
  const health = new Health({ state: () => "running" });
  const server = await FastifyServer.create(
    {
      services: [{ service: LargeService, instance, prefix: "" }],
      logger,
      health,
    },
    { host: "127.0.0.1", port: 0, ...options },
  );
  await server.start();
  onTestFinished(() => server.close({ signal: AbortSignal.timeout(1_000) }));
  return { server, logger };
}

describe("a client that does not read its answer", () => {
  test("is cut off after writeTimeout", async () => {
    const { server, logger } = await startLarge({ writeTimeout: 200 });
    const socket = connect(server.address.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(socket, "readable");
    // The line comes at the end of the request.
    await expect.poll(() => logger.lines.length, patiently).toBe(1);
    socket.resume();
    await once(socket, "close");
    expect(socket.bytesRead).toBeLessThan(16 * 1024 * 1024);
  });

  test("and one that reads it, on a kept connection, is not", async () => {
    const { server } = await startLarge({ writeTimeout: 1_000 });
    for (let time = 0; time < 3; time += 1) {
      expect((await (await fetch(`${server.url}/large`)).text()).length).toBeGreaterThan(16e6);
    }
  });
});

describe("a loopback HOST in a container", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.each(["KUBERNETES_SERVICE_HOST", "K_SERVICE", "ECS_CONTAINER_METADATA_URI_V4"])(
    "is warned about by name, with %s",
    async (variable) => {
      vi.stubEnv(variable, "something");
      await using running = await startServer();
      const [line, ...others] = running.logger.lines;
      expect([line?.level, others]).toEqual(["warn", []]);
      expect(line?.message).toBe(
        `HOST is 127.0.0.1, so only this container can reach the server, and ${variable} says that it runs in one. Set HOST=0.0.0.0.`,
      );
      await using open = await startServer({ host: "0.0.0.0" });
      expect(open.logger.lines).toEqual([]);
    },
  );
});
