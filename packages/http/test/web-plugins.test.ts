import { describe, expect, test } from "vitest";
import { rawRequest } from "./raw-request.ts";
import { startServer } from "./things.ts";

const page = "https://app.test";

describe("cors", () => {
  test("lets listed pages call, and read refusals too", async () => {
    await using running = await startServer({
      cors: { origins: [page], credentials: true, maxAge: 60_000 },
    });
    const preflight = await fetch(`${running.url}/things/a`, {
      method: "OPTIONS",
      headers: {
        origin: page,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "authorization",
      },
    });
    expect([preflight.status, Object.fromEntries(preflight.headers)]).toMatchObject([
      204,
      {
        "access-control-allow-origin": page,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": expect.stringContaining("PUT"),
        "access-control-allow-headers": "authorization",
        "access-control-max-age": "60",
        "x-request-id": expect.any(String),
      },
    ]);
    for (const [path, status] of [
      ["/things/a", 200],
      ["/things/b", 404],
      ["/none", 404],
    ] as const) {
      const answer = await fetch(`${running.url}${path}`, { headers: { origin: page } });
      expect(answer.status).toBe(status);
      expect(answer.headers.get("access-control-allow-origin")).toBe(page);
      expect(answer.headers.get("access-control-expose-headers")).toContain("etag");
    }
  });

  test("says nothing to other pages, and leaves OPTIONS as it was", async () => {
    await using running = await startServer({ cors: { origins: [page] } });
    for (const headers of [{ origin: "https://evil.test" }, {}]) {
      const answer = await fetch(`${running.url}/things/a`, { headers });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      const options = await fetch(`${running.url}/things/a`, { method: "OPTIONS", headers });
      expect([options.status, options.headers.get("allow")]).toEqual([
        204,
        "DELETE, GET, HEAD, OPTIONS, PUT",
      ]);
      const unknown = await fetch(`${running.url}/none`, { method: "OPTIONS", headers });
      expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "not_found" }]);
    }
    await expect(startServer({ cors: { origins: "*", credentials: true } })).rejects.toThrow(
      "list the origins",
    );
  });
});

test("security headers are on every answer when asked for", async () => {
  await using running = await startServer({ securityHeaders: true });
  for (const path of ["/things/a", "/none", "/health"]) {
    const { headers } = await fetch(`${running.url}${path}`);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
  }
});

test("answers are compressed when asked for, from a size on", async () => {
  await using running = await startServer({ compression: { threshold: 100 } });
  const text = "x".repeat(1_000);
  const long = await fetch(`${running.url}/things?text=${text}`, {
    headers: { "accept-encoding": "gzip" },
  });
  expect(long.headers.get("content-encoding")).toBe("gzip");
  expect(long.headers.get("vary")).toBe("accept-encoding");
  expect(await long.json()).toMatchObject({ input: { text } });
  const short = await fetch(`${running.url}/things/a`, { headers: { "accept-encoding": "gzip" } });
  expect(short.headers.get("content-encoding")).toBeNull();
  const plain = await fetch(`${running.url}/things?text=${text}`, {
    headers: { "accept-encoding": "identity" },
  });
  expect(plain.headers.get("content-encoding")).toBeNull();
});

test("none of it is there unless asked for", async () => {
  await using running = await startServer();
  const { headers } = await fetch(`${running.url}/things?text=${"x".repeat(5_000)}`, {
    headers: { origin: page, "accept-encoding": "gzip" },
  });
  for (const name of [
    "access-control-allow-origin",
    "content-security-policy",
    "content-encoding",
  ]) {
    expect(headers.get(name)).toBeNull();
  }
});

test("headers over the limit: 431", async () => {
  await using running = await startServer({ headerLimit: 2_048 });
  const request = (size: number) =>
    rawRequest(
      running.url,
      `GET /things/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: ${"x".repeat(size)}\r\n\r\n`,
    );
  expect((await request(1_000)).status).toBe(200);
  const refused = await request(3_000);
  expect([refused.status, refused.text]).toEqual([
    431,
    expect.stringContaining("headers_too_large"),
  ]);
});
