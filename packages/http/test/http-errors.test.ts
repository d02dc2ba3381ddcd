import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Problem } from "../src/index.ts";
import { rawRequest } from "./raw-request.ts";
import { startServer, type Running } from "./things.ts";

let running: Running;
beforeAll(async () => {
  running = await startServer({ bodyLimit: 1_000 });
});
afterAll(() => running[Symbol.asyncDispose]());

interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly problem: Problem;
}

async function refused(path: string, init?: RequestInit): Promise<Refusal> {
  const response = await fetch(`${running.url}${path}`, init);
  expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  const problem = (await response.json()) as Problem;
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get("x-request-id"));
  expect(problem.type).toMatch(/^urn:plinth:error:[a-z_]+$/);
  expect(problem.title).not.toBe("");
  expect(problem.detail).not.toBe("");
  expect((await fetch(`${running.url}/things/a`)).status).toBe(200);
  return { status: response.status, headers: response.headers, problem };
}

function post(body: string, type = "application/json"): RequestInit {
  return { method: "POST", body, headers: { "content-type": type } };
}

function fields({ problem }: Refusal): string[] | undefined {
  return problem.errors?.map(({ path, code }) => `${path} ${code}`);
}

describe("every error is a problem document that names the fault", () => {
  test.each<
    [string, string, string, RequestInit | undefined, number, string, string, string[] | undefined]
  >([
    [
      "missing field",
      "/things",
      "invalid_argument",
      post("{}"),
      400,
      "invalid_argument",
      "name",
      ["name invalid_type"],
    ],
    [
      "wrong type",
      "/things",
      "invalid_argument",
      post('{"name":5}'),
      400,
      "invalid_argument",
      "name",
      ["name invalid_type"],
    ],
    [
      "over-long",
      "/things",
      "invalid_argument",
      post(`{"name":"${"x".repeat(21)}"}`),
      400,
      "invalid_argument",
      "name",
      ["name too_big"],
    ],
    [
      "unknown field",
      "/things",
      "invalid_argument",
      post('{"name":"a","nmae":1}'),
      400,
      "invalid_argument",
      "nmae",
      ["nmae unrecognized_keys"],
    ],
    [
      "two faults",
      "/things",
      "invalid_argument",
      post('{"name":"","nmae":1}'),
      400,
      "invalid_argument",
      "name",
      ["name too_small", "nmae unrecognized_keys"],
    ],
    [
      "list as body",
      "/things",
      "invalid_argument",
      post("[]"),
      400,
      "invalid_argument",
      "object",
      [" invalid_type"],
    ],
    [
      "null as body",
      "/things",
      "invalid_argument",
      post("null"),
      400,
      "invalid_argument",
      "object",
      [" invalid_type"],
    ],
    [
      "no body",
      "/things",
      "invalid_argument",
      { method: "POST" },
      400,
      "invalid_argument",
      "name",
      ["name invalid_type"],
    ],
    [
      "empty body",
      "/things",
      "malformed_body",
      post(""),
      400,
      "invalid_argument",
      "missing",
      undefined,
    ],
    [
      "malformed JSON",
      "/things",
      "malformed_body",
      post('{"name":'),
      400,
      "invalid_argument",
      "JSON",
      undefined,
    ],
    [
      "prototype poisoning",
      "/things",
      "malformed_body",
      post('{"name":"a","__proto__":{"x":1}}'),
      400,
      "invalid_argument",
      "__proto__",
      undefined,
    ],
    [
      "constructor poisoning",
      "/things",
      "malformed_body",
      post('{"constructor":{"prototype":{"x":1}}}'),
      400,
      "invalid_argument",
      "JSON",
      undefined,
    ],
    [
      "text",
      "/things",
      "unsupported_media_type",
      post("name", "text/plain"),
      415,
      "invalid_argument",
      "application/json",
      undefined,
    ],
    [
      "form",
      "/things",
      "unsupported_media_type",
      post("name=a", "application/x-www-form-urlencoded"),
      415,
      "invalid_argument",
      "application/json",
      undefined,
    ],
    [
      "nonsense type",
      "/things",
      "unsupported_media_type",
      post("{}", "nonsense"),
      415,
      "invalid_argument",
      "application/json",
      undefined,
    ],
    [
      "large body",
      "/things",
      "body_too_large",
      post(`{"name":"${"x".repeat(2_000)}"}`),
      413,
      "invalid_argument",
      "1000 bytes",
      undefined,
    ],
    [
      "deep body",
      "/things",
      "invalid_argument",
      post(`{"name":${"[".repeat(450)}${"]".repeat(450)}}`),
      400,
      "invalid_argument",
      "name",
      ["name invalid_type"],
    ],
    [
      "unknown route",
      "/nothing",
      "route_not_found",
      undefined,
      404,
      "not_found",
      "GET /nothing",
      undefined,
    ],
    [
      "unknown route with a bad body",
      "/nothing",
      "route_not_found",
      post("x", "text/plain"),
      404,
      "not_found",
      "POST /nothing",
      undefined,
    ],
    [
      "wrong method",
      "/things/a",
      "method_not_allowed",
      post("{}"),
      405,
      "unimplemented",
      "DELETE, GET, HEAD, OPTIONS, PUT",
      undefined,
    ],
    [
      "malformed path",
      "/things/%zz",
      "malformed_request",
      undefined,
      400,
      "invalid_argument",
      "percent-encoding",
      undefined,
    ],
    [
      "malformed UTF-8 in the path",
      "/things/%c3%28",
      "malformed_request",
      undefined,
      400,
      "invalid_argument",
      "percent-encoding",
      undefined,
    ],
    [
      "malformed query",
      "/things?text=%zz",
      "malformed_request",
      undefined,
      400,
      "invalid_argument",
      "percent-encoding",
      undefined,
    ],
    [
      "unknown query parameter",
      "/things?nope=1",
      "invalid_argument",
      undefined,
      400,
      "invalid_argument",
      "nope",
      ["nope unrecognized_keys"],
    ],
    [
      "prototype in the query",
      "/things?__proto__=1",
      "invalid_argument",
      undefined,
      400,
      "invalid_argument",
      "__proto__",
      ["__proto__ unrecognized_keys"],
    ],
    [
      "repeated query parameter",
      "/things?limit=1&limit=2",
      "invalid_argument",
      undefined,
      400,
      "invalid_argument",
      "limit",
      ["limit invalid_type"],
    ],
    [
      "no number",
      "/things?limit=0x5",
      "invalid_argument",
      undefined,
      400,
      "invalid_argument",
      "limit",
      ["limit invalid_type"],
    ],
    [
      "empty number",
      "/things?limit=",
      "invalid_argument",
      undefined,
      400,
      "invalid_argument",
      "limit",
      ["limit invalid_type"],
    ],
    [
      "no boolean",
      "/things?exact=yes",
      "invalid_argument",
      undefined,
      400,
      "invalid_argument",
      "exact",
      ["exact invalid_type"],
    ],
    [
      "path parameter in the query",
      "/things/a?thingId=b",
      "invalid_argument",
      undefined,
      400,
      "invalid_argument",
      "thingId",
      ["thingId custom"],
    ],
    [
      "query on a POST",
      "/things?name=a",
      "invalid_argument",
      post('{"name":"a"}'),
      400,
      "invalid_argument",
      "name",
      ["name unrecognized_keys"],
    ],
    [
      "path parameter in the body",
      "/things/a",
      "invalid_argument",
      { ...post('{"thingId":"b","name":"x"}'), method: "PUT" },
      400,
      "invalid_argument",
      "thingId",
      ["thingId custom"],
    ],
    [
      "body on a DELETE",
      "/things/a",
      "invalid_argument",
      { ...post('{"x":1}'), method: "DELETE" },
      400,
      "invalid_argument",
      "body",
      [" custom"],
    ],
    [
      "no number in the path",
      "/numbers/one/flags/true",
      "invalid_argument",
      undefined,
      400,
      "invalid_argument",
      "number",
      ["number invalid_type"],
    ],
    [
      "bad time-out",
      "/things/a",
      "malformed_request",
      { headers: { "x-request-timeout-ms": "soon" } },
      400,
      "invalid_argument",
      "x-request-timeout-ms",
      undefined,
    ],
    [
      "time-out of nothing",
      "/things/a",
      "deadline_exceeded",
      { headers: { "x-request-timeout-ms": "0" } },
      504,
      "deadline_exceeded",
      "time",
      undefined,
    ],
    [
      "missing thing",
      "/things/b",
      "not_found",
      undefined,
      404,
      "not_found",
      "no such thing",
      undefined,
    ],
    [
      "existing thing",
      "/things",
      "already_exists",
      post('{"name":"taken"}'),
      409,
      "already_exists",
      "already",
      undefined,
    ],
  ])("%s", async (_name, path, kind, init, status, code, detail, errors) => {
    const refusal = await refused(path, init);
    expect(refusal.status).toBe(status);
    expect(refusal.problem.type).toBe(`urn:plinth:error:${kind}`);
    expect(refusal.problem.code).toBe(code);
    expect(refusal.problem.detail).toContain(detail);
    expect(fields(refusal)).toEqual(errors);
  });

  test("a client that is still sending a large body gets to read the answer", async () => {
    const size = 5_000_000;
    const answer = await rawRequest(
      running.url,
      `POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n${"x".repeat(size)}GET /things/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.status).toBe(413);
    expect(answer.headers["connection"]).not.toBe("close");
    expect(answer.text).toContain("HTTP/1.1 200 OK");
  });

  test("details and advice travel", async () => {
    expect((await refused("/things", post('{"name":"taken"}'))).problem.details).toEqual({
      name: "taken",
    });
    const missing = await refused("/things/b");
    expect(missing.problem.retryAfter).toBe(1_500);
    expect(missing.headers.get("retry-after")).toBe("2");
  });

  test("a wrong method names the right ones, and OPTIONS asks for them", async () => {
    const wrong = await refused("/things", { method: "PATCH" });
    expect(wrong.headers.get("allow")).toBe("GET, HEAD, OPTIONS, POST");
    const options = await fetch(`${running.url}/things`, { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([
      204,
      "GET, HEAD, OPTIONS, POST",
    ]);
    expect((await refused("/nothing", { method: "OPTIONS" })).status).toBe(404);
    expect((await refused("/health", { method: "POST" })).headers.get("allow")).toBe(
      "GET, HEAD, OPTIONS",
    );
  });

  test("an internal error says nothing; the log has the cause and the request", async () => {
    const cause = new Error("password=hunter2 at db-7");
    running.behavior.onCall = () => {
      throw cause;
    };
    const response = await fetch(`${running.url}/things/a`);
    delete running.behavior.onCall;
    expect(response.status).toBe(500);
    const problem = (await response.json()) as Problem;
    expect(problem).toEqual({
      type: "urn:plinth:error:internal",
      title: "Internal error",
      status: 500,
      detail: "An internal error occurred.",
      code: "internal",
      requestId: response.headers.get("x-request-id"),
    });
    const line = running.logger.lines.find(({ level }) => level === "error");
    expect(line?.message).toBe("GET /things/:thingId failed.");
    expect(line?.fields["error"]).toMatchObject({ cause });
  });
});

describe("odd ids reach validation", () => {
  test.each([
    ["a slash", "%2F"],
    ["dots", "%2e%2e%2f%2e%2e"],
    ["NUL", "%00"],
    ["emoji", encodeURIComponent("🦄")],
    ["2,000 characters", "x".repeat(2_000)],
    ["__proto__", "__proto__"],
    ["constructor", "constructor"],
    ["percent", "%25"],
    ["plus", "+"],
  ])("%s", async (_name, id) => {
    const { status, problem } = await refused(`/things/${id}`);
    expect([status, problem.type]).toEqual([404, "urn:plinth:error:not_found"]);
  });

  test("and come through unchanged", async () => {
    const ids = ["a/b", "..", "\0", "🦄", "__proto__", "%", "a+b", "a b", "é"];
    for (const id of ids) {
      const answer = await rawRequest(
        running.url,
        `PUT /things/${id === ".." ? ".." : encodeURIComponent(id)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"name":"x"}`,
      );
      expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { thingId: id, name: "x" }]);
    }
  });
});

describe("what is no HTTP gets a problem document too", () => {
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
    const answer = await rawRequest(running.url, request);
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    const problem = JSON.parse(answer.text) as Problem;
    expect(problem.type).toBe(`urn:plinth:error:${kind}`);
    expect(problem.requestId).toBe(answer.headers["x-request-id"]);
    expect((await fetch(`${running.url}/things/a`)).status).toBe(200);
  });

  test.each([
    ["a bad header", "b\0d: x", 400],
    ["large headers", `X-Large: ${"x".repeat(20_000)}`, 431],
  ])("%s of HEAD is refused without a body", async (_name, header, status) => {
    const request = `HEAD /things/a HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`;
    const answer = await rawRequest(running.url, request);
    expect(answer).toMatchObject({ status, text: "" });
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
  });
});
