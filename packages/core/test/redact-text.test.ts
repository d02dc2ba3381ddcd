import { request } from "node:http";
import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { redactText } from "../src/index.ts";
import { captured } from "./capture.ts";

describe("a header whose name is a secret key is redacted in text", () => {
  const lines = [
    "Host: h",
    "X-Vault-Token: S3one",
    "api-key: S3two",
    'Set-Cookie: a="S3three"; b=S3',
    "",
  ];

  test.each([
    ["a request", `POST /x HTTP/1.1\r\n${lines.join("\r\n")}\r\n`],
    ["a dump with line feeds only", `HTTP/1.1 200 OK\n${lines.join("\n")}\n`],
    ["a dump with short names", "GET / HTTP/1.1\r\nToken: S3\r\napikey: S3\r\nsid: S3\r\n"],
    ["a dump of curl", "> GET / HTTP/1.1\n> Token: S3four\n< Signature: S3five\n"],
    ["a dump inside JSON", JSON.stringify({ text: `GET / HTTP/1.1\r\n${lines.join("\r\n")}` })],
    ["a sentence", "Refused with X-Vault-Token: S3one was wrong"],
    ["an inspected request", inspect({ headers: { "x-vault-token": ["X-Vault-Token", "S3one"] } })],
    ["an array of names and values", '["Host","h","Api-Key","S3one","Accept","x"]'],
    ["a path", "headers.cookie: a=S3one; b=S3two"],
    ["a scheme of its own", "Authorization: AWS4-HMAC-SHA256 Credential=S3one/x, Signature=S3two"],
  ])("%s", (_, text) => {
    expect(redactText(text)).not.toContain("S3");
    expect(redactText(text)).toContain("[secret]");
  });

  test("in lists of lines, flat lists, and the text of a client's request", () => {
    const { logger, text } = captured();
    const client = request({ port: 1, headers: { "X-Vault-Token": "S3one", "api-key": "S3two" } });
    client.on("error", () => undefined).destroy();
    logger.error("failed", {
      error: Object.assign(new Error("refused"), { request: client }),
      headers: ["Host: h", "Token: S3three"],
      trailers: "host: h\r\ntoken: S3four\r\n",
      rawHeaders: ["Host", "h", "Token", "S3five"],
    });
    expect(text()).not.toContain("S3");
    expect(text()).toContain("Host: h");
  });

  test.each([
    "Authorization: the header is missing.",
    "authorization: Bearer token required",
    "x-api-key: missing",
    "Set-Cookie: no value was given",
    "password: too short",
    "token: expected a string",
    'fields "token", "password" and "email"',
  ])("and prose stays readable: %s", (text) => {
    expect(redactText(text)).toBe(text);
  });
});

test.each([
  [
    "a bare web token",
    "no user for eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTMyJ9.S3sig_nature-x",
    "no user for [secret]",
  ],
  [
    "a shared access signature",
    "https://a.blob/x?se=1&sig=S3%2Fx%3D&sp=r",
    "https://a.blob/x?se=1&sig=[secret]&sp=r",
  ],
  ["the password of a URL", "at amqp://me:S3/a:b@host/x", "at amqp://me:[secret]@host/x"],
  ["a token in a URL", "at https://S3token@host:80/x", "at https://[secret]@host:80/x"],
  ["a port and an address", "http://host:8080/x?mail=a@b", "http://host:8080/x?mail=a@b"],
  ["a list in JSON", '{"cookies":["S3one","S3two"],"a":1}', '{"cookies":"[secret]","a":1}'],
  ["a count in JSON", '{"tokens": 512, "pin": 1234}', '{"tokens": 512, "pin": "[secret]"}'],
])("%s", (_, text, expected) => {
  expect(redactText(text)).toBe(expected);
});

/** Texts that make an expression backtrack: openings without an end, long runs of characters of names. */
const hostile = [
  ...'a://a: a://a:1/@ https://a@a: a aA a-b. aaa: aaa= aaa:1 aaa=" token:\' "aaa":[" "a-a", : :: = @'.split(
    " ",
  ),
  ...'--a - <aaa> </ \\ \\" \\"aaa\\":\\" eyJ eyJaaaaaaaaa. -----BEGIN -----END'.split(" "),
  ..."bearer basic digest".split(" ").flatMap((word) => [`${word} `, `${word}\t`, `${word} a=" `]),
  ..."authorization: the |cookie: a |cookie: a\n|\\ncookie: |-----BEGIN PRIVATE KEY-----|<aaa | : ".split(
    "|",
  ),
];

test.each(hostile)("the time for a long text of %j grows with its length only", (unit) => {
  const text = `x=1 ":// </ --a \\" eyJ bearer ${unit.repeat(600_000 / unit.length)}\n@`;
  const start = performance.now();
  redactText(text);
  // Linear time is some 50 ms; slow expressions took seconds to minutes here.
  expect(performance.now() - start).toBeLessThan(5_000);
});
