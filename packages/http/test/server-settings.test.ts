import { BaseConfig, httpFields } from "@plinth/config";
import { connect } from "node:net";
import { createApp, method, Service, type Binding } from "@plinth/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { bindHttp, HttpServer, type HttpOptions } from "../src/index.ts";
import { rawRequest } from "./raw-request.ts";
import { startServer } from "./things.ts";

class ThingConfig extends BaseConfig.extend(httpFields) {}

abstract class EchoService extends Service("echo", {
  echo: method({
    http: "POST /echo",
    public: true,
    input: z.object({ text: z.string() }),
    output: z.object({ text: z.string() }),
  }),
}) {}

async function start(
  variables: Readonly<Record<string, string>>,
  options: Partial<HttpOptions> = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  const app = createApp({
    name: "echo",
    config: ThingConfig.load({ variables: { PORT: "0", LOG_LEVEL: "fatal", ...variables } }),
    bindings: [
      (binder) => binder.bind(EchoService).toValue({ echo: async (input) => input }),
      bindHttp({ serve: [EchoService], ...options }),
    ],
  });
  await app.start();
  onTestFinished(() => app.stop());
  return { url: app.get(HttpServer).url, stop: () => app.stop() };
}

async function post(url: string, size: number): Promise<number> {
  const response = await fetch(`${url}/echo`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "x".repeat(size) }),
  });
  await response.body?.cancel();
  return response.status;
}

describe("the configuration", () => {
  test("sets limits over those of the code, which decides the others", async () => {
    const code = { bodyLimit: 50 };
    const ofCode = await start({}, code);
    expect([await post(ofCode.url, 10), await post(ofCode.url, 100)]).toEqual([200, 413]);
    const ofDeployer = await start({ BODY_LIMIT: "1kB", HEADER_LIMIT: "600B" }, code);
    expect([await post(ofDeployer.url, 100), await post(ofDeployer.url, 1_100)]).toEqual([
      200, 413,
    ]);
    const headers = { "x-long": "x".repeat(700) };
    expect((await fetch(`${ofDeployer.url}/health`, { headers })).status).toBe(431);
    expect((await fetch(`${ofCode.url}/health`, { headers })).status).toBe(200);
  });

  test("sets limits under load", async () => {
    const { url } = await start({
      MAX_REQUESTS_IN_FLIGHT: "1",
      METHOD_TIMEOUT: "1m",
      WRITE_TIMEOUT: "1m",
    });
    const head =
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n";
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => {
      socket.destroy();
    });
    socket.write(head);
    await expect.poll(() => post(url, 1)).toBe(503);
  });

  test("sets how long a draining server takes requests", async () => {
    const { url, stop } = await start({ DRAIN_DELAY: "300ms" }, { drainDelay: 0 });
    const begun = performance.now();
    const stopped = stop();
    await expect.poll(async () => (await fetch(`${url}/ready`)).status).toBe(503);
    expect(await post(url, 1)).toBe(200);
    await stopped;
    // A timer may fire a moment early.
    expect(performance.now() - begun).toBeGreaterThan(290);
  });

  test("decides which pages may call, and keeps the other options of the code", async () => {
    const code = { cors: { origins: ["https://old.test"], credentials: true } };
    const { url } = await start({ CORS_ORIGINS: "https://app.test" }, code);
    const allowed = async (origin: string): Promise<(string | null)[]> => {
      const { headers } = await fetch(`${url}/health`, { headers: { origin } });
      return [
        headers.get("access-control-allow-origin"),
        headers.get("access-control-allow-credentials"),
      ];
    };
    expect(await allowed("https://app.test")).toEqual(["https://app.test", "true"]);
    expect((await allowed("https://old.test"))[0]).toBeNull();
    const all = await start({ CORS_ORIGINS: "*" });
    const { headers } = await fetch(`${all.url}/health`, {
      headers: { origin: "https://any.test" },
    });
    expect(headers.get("access-control-allow-origin")).toBe("*");
  });

  test("decides whether the page is served, but not the document", async () => {
    const openApi = { title: "Echo", version: "1.0.0" };
    const statuses = async (variables: Readonly<Record<string, string>>, docs?: `/${string}`) => {
      const shown = { ...openApi, ...(docs === undefined ? {} : { docs }) };
      const { url } = await start(variables, { openApi: shown });
      return Promise.all(
        ["/openapi.json", "/docs", "/browse"].map(async (path) => (await fetch(url + path)).status),
      );
    };
    expect(await statuses({})).toEqual([200, 404, 404]);
    expect(await statuses({}, "/browse")).toEqual([200, 404, 200]);
    expect(await statuses({ SERVE_DOCS: "true" })).toEqual([200, 200, 404]);
    expect(await statuses({ SERVE_DOCS: "true" }, "/browse")).toEqual([200, 404, 200]);
    expect(await statuses({ SERVE_DOCS: "false" }, "/browse")).toEqual([200, 404, 404]);
    await expect(start({ SERVE_DOCS: "true" })).rejects.toThrow("bindHttp the option openApi");
    await start({ SERVE_DOCS: "false" });
  });

  test("decides which proxies are trusted for the address of the caller", async () => {
    const seen: string[] = [];
    const configure: HttpOptions["configure"] = (fastify) => {
      fastify.addHook("onRequest", async (request) => {
        seen.push(request.ip);
      });
    };
    const headers = { "x-forwarded-for": "203.0.113.9, 198.51.100.7" };
    for (const variables of [
      {},
      { TRUSTED_PROXIES: "10.0.0.0/8" },
      { TRUSTED_PROXIES: "loopback" },
    ]) {
      const { url } = await start(variables, { configure });
      await fetch(`${url}/health`, { headers });
    }
    // The last hop is trusted, and the unknown hop before it is not.
    expect(seen).toEqual(["127.0.0.1", "127.0.0.1", "198.51.100.7"]);
  });
});

describe("invalid options", () => {
  test("are refused at start, all of them", async () => {
    await expect(
      startServer({
        bodyLimit: Number.NaN,
        headerLimit: 0,
        requestTimeout: 1.5,
        methodTimeout: 0,
        writeTimeout: -1,
        maxRequestsInFlight: 0.5,
        drainDelay: "5s" as never,
        cors: { origins: ["https://app.test/", "app.test", "*"] },
        trustedProxies: [
          "0.0.0.0/0",
          "::/0",
          "10.0.0.0/33",
          "proxy",
          "10.0.0.0/8",
          "::1",
          "1.2.3.4/",
        ],
      }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [DeclarationError: The HTTP server cannot work with its options:
        - bodyLimit must be a whole number of bytes from 1 to 2147483647, not NaN.
        - headerLimit must be a whole number of bytes from 1 to 2147483647, not 0.
        - requestTimeout must be a whole number of milliseconds from 1 to 2147483647, not 1.5.
        - methodTimeout must be a whole number of milliseconds from 1 to 2147483647, not 0.
        - writeTimeout must be a whole number of milliseconds from 1 to 2147483647, not -1.
        - maxRequestsInFlight must be a whole number of requests from 1 to 2147483647, not 0.5.
        - drainDelay must be a whole number of milliseconds from 0 to 2147483647, not a text.
        - cors.origins: "https://app.test/" is not an origin such as "https://app.example", without a path.
        - cors.origins: "app.test" is not an origin such as "https://app.example", without a path.
        - cors.origins: "*" is not an origin such as "https://app.example", without a path.
        - trustedProxies: "0.0.0.0/0" is not an address, a range such as 10.0.0.0/8, or loopback, linklocal, uniquelocal.
        - trustedProxies: "::/0" is not an address, a range such as 10.0.0.0/8, or loopback, linklocal, uniquelocal.
        - trustedProxies: "10.0.0.0/33" is not an address, a range such as 10.0.0.0/8, or loopback, linklocal, uniquelocal.
        - trustedProxies: "proxy" is not an address, a range such as 10.0.0.0/8, or loopback, linklocal, uniquelocal.
        - trustedProxies: "1.2.3.4/" is not an address, a range such as 10.0.0.0/8, or loopback, linklocal, uniquelocal.]
    `);
  });

  test("origins of apps and of other ports are fine", async () => {
    const origins = [
      "capacitor://localhost",
      "http://localhost:5173",
      "https://xn--bcher-kva.test",
    ];
    await using running = await startServer({ cors: { origins } });
    for (const origin of origins) {
      const { headers } = await fetch(`${running.url}/health`, { headers: { origin } });
      expect(headers.get("access-control-allow-origin")).toBe(origin);
    }
  });

  test.each(["*", "https://app.test"])("a single %s is no list", async (origins) => {
    const cors = { origins: origins as never };
    const started = startServer({ cors });
    if (origins === "*") await (await started)[Symbol.asyncDispose]();
    else await expect(started).rejects.toThrow("cors.origins must be a list");
  });
});

describe("a prefix that would match nothing, or other paths", () => {
  test.each([
    "/api/",
    "/",
    "api",
    "//api",
    "/a/../b",
    "/.",
    "/:tenant",
    "/a?b",
    "/a#b",
    "/*",
    "/%61pi",
    "/é",
    "/a b",
  ])("%s is refused at start", async (prefix) => {
    const expected = `prefix: "${prefix}" must be a path such as "/api/v1"`;
    await expect(startServer({ prefix: prefix as "/" })).rejects.toThrow(expected);
    await expect(
      start({}, { serve: [{ service: EchoService, prefix: prefix as "/" }] }),
    ).rejects.toThrow(`prefix of EchoService: "${prefix}" must be a path`);
    const openApi = { title: "Echo", version: "1", path: prefix as "/", docs: prefix as "/" };
    await expect(start({}, { openApi })).rejects.toThrow(/openApi.path: [^]*openApi.docs: /);
  });

  test.each(["/api/v1.0", "/~user", "/a;b=c,d", "/api-1/@x"])("%s is fine", async (prefix) => {
    await using running = await startServer({ prefix: prefix as "/" });
    expect((await fetch(`${running.url}${prefix}/things/a`)).status).toBe(200);
  });
});

test("a request that does not arrive is cut off at its timeout, not half a minute later", async () => {
  await using running = await startServer({ requestTimeout: 400 });
  const begun = performance.now();
  const head = "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  const answers = await Promise.all([
    rawRequest(running.url, `${head}Content-Length: 12\r\n\r\n{"na`),
    rawRequest(running.url, head),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([408, 408]);
  expect(JSON.parse(answers[0]?.text ?? "")).toMatchObject({ code: "deadline_exceeded" });
  // Far from the interval at which Node looks by itself.
  expect(performance.now() - begun).toBeLessThan(15_000);
});

test("routes that two methods declare are refused with both names", async () => {
  const find = method({
    http: "GET /things/:id",
    public: true,
    input: z.object({ id: z.string() }),
    output: z.void(),
  });
  abstract class One extends Service("one", { find }) {}
  abstract class Two extends Service("two", { find }) {}
  abstract class Three extends Service("three", {
    health: method({ http: "GET /health", public: true, input: z.object({}), output: z.void() }),
  }) {}
  const bind: Binding = (binder) => {
    binder.bind(One).toValue({ find: async () => {} });
    binder.bind(Two).toValue({ find: async () => {} });
    binder.bind(Three).toValue({ health: async () => {} });
  };
  const start = async (serve: HttpOptions["serve"]): Promise<void> => {
    const config = { port: 0, logLevel: "fatal" };
    const app = createApp({ name: "twice", config, bindings: [bind, bindHttp({ serve })] });
    onTestFinished(() => app.stop());
    await app.start();
  };
  await expect(start([One, Two, Three])).rejects.toThrow(`Routes are taken twice:
  - GET /things/:id is the route of one.find and of two.find
  - GET /health is the route of the server's health and of three.health`);
  await start([One, { service: Two, prefix: "/more" }, { service: Three, prefix: "/more" }]);
});
