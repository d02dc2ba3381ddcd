import { describe, expect, test } from "vitest";
import type { Problem } from "../src/index.ts";
import { rawRequest } from "./raw-request.ts";
import { serverForAll } from "./refusals.ts";

const running = serverForAll();

describe("malformed HTTP gets a problem document too", () => {
  test.each([
    ["nonsense", "nonsense\r\n\r\n", 400, "malformed_request"],
    ["an unknown method", "FOO /things HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed_request"],
    [
      "a method that is never offered",
      "PROPFIND /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      405,
      "method_not_allowed",
    ],
    [
      "TRACE",
      "TRACE /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      405,
      "method_not_allowed",
    ],
    [
      "large headers",
      `GET /things/a HTTP/1.1\r\nHost: x\r\nX-Large: ${"x".repeat(20_000)}\r\n\r\n`,
      431,
      "headers_too_large",
    ],
    [
      "a long path",
      `GET /things/${"x".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      431,
      "headers_too_large",
    ],
    [
      "two hosts",
      "GET /things/a HTTP/1.1\r\nHost: x\r\nhost: y\r\nConnection: close\r\n\r\n",
      400,
      "malformed_request",
    ],
    ["no host", "GET /things/a HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "malformed_request"],
    [
      "an expectation",
      "GET /things/a HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n",
      417,
      "expectation_failed",
    ],
    [
      "two lengths",
      "POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
      400,
      "malformed_request",
    ],
    [
      "a bad chunk",
      "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      400,
      "malformed_request",
    ],
    [
      "a bad header",
      "GET /things/a HTTP/1.1\r\nHost: x\r\nb\0d: x\r\n\r\n",
      400,
      "malformed_request",
    ],
  ])("%s", async (_name, request, status, kind) => {
    const answer = await rawRequest(running().url, request);
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    const problem = JSON.parse(answer.text) as Problem;
    expect(problem.type).toBe(`urn:plinth:error:${kind}`);
    expect(problem.requestId).toBe(answer.headers["x-request-id"]);
    expect((await fetch(`${running().url}/things/a`)).status).toBe(200);
  });

  test.each([
    ["a bad header", "b\0d: x", 400],
    ["large headers", `X-Large: ${"x".repeat(20_000)}`, 431],
  ])("%s of HEAD is refused without a body", async (_name, header, status) => {
    const request = `HEAD /things/a HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`;
    const answer = await rawRequest(running().url, request);
    expect(answer).toMatchObject({ status, text: "" });
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  });
});
