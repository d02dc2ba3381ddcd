import { describe, expect, test } from "vitest";
import { rawRequest } from "./raw-request.ts";
import { post, refused, serverForAll, testRefusals } from "./refusals.ts";

const running = serverForAll();

describe("a path or query that cannot be is refused, and the fault named", () => {
  testRefusals(running, [
    ["malformed path", "/things/%zz", undefined, "malformed_request", "percent-encoding"],
    [
      "malformed UTF-8 in the path",
      "/things/%c3%28",
      undefined,
      "malformed_request",
      "percent-encoding",
    ],
    ["malformed query", "/things?text=%zz", undefined, "malformed_request", "percent-encoding"],
    [
      "unknown query parameter",
      "/things?nope=1",
      undefined,
      "invalid_argument",
      "nope",
      ["nope unrecognized_keys"],
    ],
    [
      "prototype in the query",
      "/things?__proto__=1",
      undefined,
      "invalid_argument",
      "__proto__",
      ["__proto__ unrecognized_keys"],
    ],
    [
      "repeated query parameter",
      "/things?limit=1&limit=2",
      undefined,
      "invalid_argument",
      "limit",
      ["limit invalid_type"],
    ],
    [
      "no number",
      "/things?limit=0x5",
      undefined,
      "invalid_argument",
      "limit",
      ["limit invalid_type"],
    ],
    [
      "empty number",
      "/things?limit=",
      undefined,
      "invalid_argument",
      "limit",
      ["limit invalid_type"],
    ],
    [
      "no boolean",
      "/things?exact=yes",
      undefined,
      "invalid_argument",
      "exact",
      ["exact invalid_type"],
    ],
    [
      "path parameter in the query",
      "/things/a?thingId=b",
      undefined,
      "invalid_argument",
      "thingId",
      ["thingId custom"],
    ],
    [
      "query on a POST",
      "/things?name=a",
      post('{"name":"a"}'),
      "invalid_argument",
      "name",
      ["name unrecognized_keys"],
    ],
    [
      "no number in the path",
      "/numbers/one/flags/true",
      undefined,
      "invalid_argument",
      "number",
      ["number invalid_type"],
    ],
  ]);
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
    const { status, problem } = await refused(running().url, `/things/${id}`);
    expect([status, problem.type]).toEqual([404, "urn:plinth:error:not_found"]);
  });

  test("and come through unchanged", async () => {
    const ids = ["a/b", "..", "\0", "🦄", "__proto__", "%", "a+b", "a b", "é"];
    for (const id of ids) {
      const answer = await rawRequest(
        running().url,
        `PUT /things/${id === ".." ? ".." : encodeURIComponent(id)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"name":"x"}`,
      );
      expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { thingId: id, name: "x" }]);
    }
  });
});
