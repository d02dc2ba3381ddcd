import { describe, expect, test } from "vitest";
import { rawRequest } from "./raw-request.ts";
import { post, serverForAll, testRefusals } from "./refusals.ts";

const running = serverForAll({ bodyLimit: 1_000 });
const latin = new Uint8Array(Buffer.from('{"name":"\u00fc"}', "latin1"));
const encoded = {
  ...post('{"name":"a"}'),
  headers: { "content-type": "application/json", "content-encoding": "gzip" },
};

describe("an invalid body is refused, and the fault named", () => {
  testRefusals(running, [
    ["missing field", "/things", post("{}"), "invalid_argument", "name", ["name invalid_type"]],
    [
      "wrong type",
      "/things",
      post('{"name":5}'),
      "invalid_argument",
      "name",
      ["name invalid_type"],
    ],
    [
      "over-long",
      "/things",
      post(`{"name":"${"x".repeat(21)}"}`),
      "invalid_argument",
      "name",
      ["name too_big"],
    ],
    [
      "unknown field",
      "/things",
      post('{"name":"a","nmae":1}'),
      "invalid_argument",
      "nmae",
      ["nmae unrecognized_keys"],
    ],
    [
      "two faults",
      "/things",
      post('{"name":"","nmae":1}'),
      "invalid_argument",
      "name",
      ["name too_small", "nmae unrecognized_keys"],
    ],
    ["list as body", "/things", post("[]"), "invalid_argument", "object", [" invalid_type"]],
    ["null as body", "/things", post("null"), "invalid_argument", "object", [" invalid_type"]],
    ["no body", "/things", { method: "POST" }, "invalid_argument", "name", ["name invalid_type"]],
    ["empty body", "/things", post(""), "invalid_argument", "name", ["name invalid_type"]],
    ["malformed JSON", "/things", post('{"name":'), "malformed_body", "JSON"],
    [
      "prototype poisoning",
      "/things",
      post('{"name":"a","__proto__":{"x":1}}'),
      "malformed_body",
      "__proto__",
    ],
    [
      "constructor poisoning",
      "/things",
      post('{"constructor":{"prototype":{"x":1}}}'),
      "malformed_body",
      "JSON",
    ],
    ["text", "/things", post("name", "text/plain"), "unsupported_media_type", "application/json"],
    [
      "form",
      "/things",
      post("name=a", "application/x-www-form-urlencoded"),
      "unsupported_media_type",
      "application/json",
    ],
    [
      "nonsense type",
      "/things",
      post("{}", "nonsense"),
      "unsupported_media_type",
      "application/json",
    ],
    [
      "large body",
      "/things",
      post(`{"name":"${"x".repeat(2_000)}"}`),
      "body_too_large",
      "1000 bytes",
    ],
    [
      "deep body",
      "/things",
      post(`{"name":${"[".repeat(450)}${"]".repeat(450)}}`),
      "invalid_argument",
      "name",
      ["name invalid_type"],
    ],
    [
      "path parameter in the body",
      "/things/a",
      { ...post('{"thingId":"b","name":"x"}'), method: "PUT" },
      "invalid_argument",
      "thingId",
      ["thingId custom"],
    ],
    [
      "body on a DELETE",
      "/things/a",
      { ...post('{"x":1}'), method: "DELETE" },
      "invalid_argument",
      "body",
      [" custom"],
    ],
    ["an encoded body", "/things", encoded, "unsupported_media_type", "content-encoding"],
    ["bytes that are no UTF-8", "/things", post(latin), "malformed_body", "UTF-8"],
  ]);

  test("a client that is still sending a large body gets to read the answer", async () => {
    const size = 5_000_000;
    const answer = await rawRequest(
      running().url,
      `POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n${"x".repeat(size)}GET /things/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.status).toBe(413);
    expect(answer.headers["connection"]).not.toBe("close");
    expect(answer.text).toContain("HTTP/1.1 200 OK");
  });

  test("UTF-8 is accepted, with and without a byte order mark", async () => {
    for (const text of ["ü🦄", "a"]) {
      for (const mark of ["", "\ufeff"]) {
        const init = post(`${mark}${JSON.stringify({ name: text })}`);
        const response = await fetch(`${running().url}/things`, init);
        expect([response.status, await response.json()]).toEqual([
          201,
          { thingId: `thing_${text}`, name: text },
        ]);
      }
    }
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "application/x-www-form-urlencoded",
    "",
  ])("an empty body is no body, whichever way it comes: content-type: %s", async (type) => {
    const head = `HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${type === "" ? "" : `Content-Type: ${type}\r\n`}`;
    for (const lines of [
      "\r\n",
      "Content-Length: 0\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]) {
      const deleted = await rawRequest(running().url, `DELETE /things/a ${head}${lines}`);
      expect([deleted.status, deleted.text]).toEqual([204, ""]);
      const put = await rawRequest(running().url, `PUT /things/a ${head}${lines}`);
      expect(JSON.parse(put.text)).toMatchObject({ status: 400, errors: [{ path: "name" }] });
    }
  });

  test("an invalid content type is accepted without a body", async () => {
    const head =
      "DELETE /things/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ;;\r\n\r\n";
    expect((await rawRequest(running().url, head)).status).toBe(204);
  });

  test("a GET with a body is refused, as it would be ignored", async () => {
    const head = "GET /things/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    for (const lines of [
      "Content-Length: 2\r\n\r\n{}",
      "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ]) {
      const answer = await rawRequest(running().url, head + lines);
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
        400,
        { detail: "GET takes no body." },
      ]);
    }
    for (const lines of [
      "Content-Length: 0\r\n\r\n",
      "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]) {
      expect((await rawRequest(running().url, head + lines)).status).toBe(200);
    }
  });
});
