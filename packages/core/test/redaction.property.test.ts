import { inspect } from "node:util";

import * as fc from "fast-check";
import { afterEach, expect, test } from "vitest";

import { forgetSecret, NotFoundError, registerSecret, toServiceError } from "../src/index.ts";
import { serializeError } from "../src/errors/index.ts";
import { captured } from "./capture.ts";

const secretText = fc
  .stringMatching(/^[A-Za-z0-9!$%^*()_+~.:/@-]{12,30}$/)
  .map((text) => `S3${text}`);
const tokenText = fc.stringMatching(/^[A-Za-z0-9._~+/-]{12,30}$/).map((text) => `S3${text}`);

const secretKey = fc.constantFrom(
  ..."password dbPassword DB_PASSWORD passwd client-secret clientSecret apiKey pwd".split(" "),
  ..."api_key X-Api-Key authorization Proxy-Authorization cookie Set-Cookie auth".split(" "),
  ..."accessToken refresh_token privateKey aws_secret_access_key accessKey jwt".split(" "),
  ..."credentials connectionString passphrase token secret tokens signature".split(" "),
);

type Place = (secret: string, key: string) => unknown;

/** Places in which the key next to a secret, or its form, makes it recognizable. */
const keyedPlaces: Record<string, Place> = {
  object: (secret, key) => ({ [key]: secret }),
  "object below": (secret, key) => ({ [key]: { user: "me", parts: [secret] } }),
  map: (secret, key) => new Map([[key, secret]]),
  pair: (secret, key) => [[key, secret]],
  "raw headers": (secret, key) => ({ rawHeaders: ["Host", "h", key, secret] }),
  "named value": (secret, key) => [{ name: key, value: secret }],
  "boxed string": (secret, key) => ({ [key]: Object(secret) as object }),
  bytes: (secret) => ({ body: Buffer.from(secret), bytes: new TextEncoder().encode(secret) }),
  parameters: (secret, key) => new URLSearchParams({ [key]: secret }),
  headers: (secret) => new Headers({ authorization: `Bearer ${secret}` }),
  response: (secret) =>
    Object.assign(new Error("failed"), {
      response: { status: 401, headers: { authorization: secret }, config: { auth: secret } },
    }),
  json: (secret, key) => `refused: ${JSON.stringify({ user: "me", [key]: secret })}`,
  "json in json": (secret, key) => JSON.stringify({ body: JSON.stringify({ [key]: secret }) }),
  "json in json in json": (secret, key) =>
    JSON.stringify(JSON.stringify(JSON.stringify({ [key]: secret }))),
  tag: (secret, key) => ({ Key: key, Value: secret }),
  "command line": (secret, key) => `Command failed: connect --${key} ${secret} --verbose`,
  "spaced assignment": (secret, key) =>
    `Server = db; ${key} = ${secret}; Port = 1`.replace(/;/g, " ;"),
  xml: (secret, key) => `<user>me</user><${key} type="text">${secret}</${key}>`,
  inspected: (secret, key) => inspect({ user: "me", [key]: secret }),
  "url password": (secret) => `cannot reach postgres://me:${encodeURIComponent(secret)}@db/x`,
  "raw url password": (secret) => `cannot reach postgres://me:${secret}@db/x`,
  "url object": (secret) => new URL(`https://me:${encodeURIComponent(secret)}@host/`),
  "url parameter": (secret) => `GET /x?a=1&access_token=${encodeURIComponent(secret)}&b=2`,
  "basic credentials": (secret) => `sent Basic ${Buffer.from(`me:${secret}`).toString("base64")}`,
};

type Wrap = (inner: unknown) => unknown;
class Holder {
  readonly inner: unknown;
  constructor(inner: unknown) {
    this.inner = inner;
  }
}
const wraps: Record<string, Wrap> = {
  object: (inner) => ({ count: 1, inner }),
  array: (inner) => [1, inner],
  map: (inner) => new Map([["inner", inner]]),
  "map key": (inner) => new Map([[inner, 1]]),
  set: (inner) => new Set([inner]),
  instance: (inner) => new Holder(inner),
  "no prototype": (inner) => Object.assign(Object.create(null) as object, { inner }),
  toJSON: (inner) => ({ toJSON: () => ({ inner }) }),
  getter: (inner) => ({
    get inner() {
      return inner;
    },
  }),
  proxy: (inner) => new Proxy({ inner }, {}),
  error: (inner) => Object.assign(new Error("failed"), { inner }),
  cause: (inner) => new Error("failed", { cause: inner }),
  aggregate: (inner) => new AggregateError([inner], "all failed"),
  "internal details": (inner) => new NotFoundError("gone", { internalDetails: { inner } }),
};

const path = fc.array(fc.constantFrom(...Object.keys(wraps)), { maxLength: 12 });
const wrapped = (place: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>((inner, name) => wraps[name]?.(inner), place);

/** Everything that leaves the process when a value is logged or thrown. */
function outputs(value: unknown, message: string): string {
  const { logger, text } = captured({ level: "trace" });
  const { logger: readable, text: readableText } = captured({ pretty: true });
  for (const each of [logger, readable]) {
    each.info(message, { value });
    each.child({ value }).warn(message);
    each.error("failed", { error: value });
  }
  const thrown = new NotFoundError(message, { details: { value } as never, cause: value });
  const sent = [serializeError(thrown), serializeError(toServiceError(value)), thrown];
  const { logger: of, text: thrownText } = captured();
  of.error("failed", { error: thrown });
  return [text(), readableText(), JSON.stringify(sent), thrownText()].join("\n");
}

function forms(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  ];
}

function expectHidden(output: string, secret: string): void {
  for (const form of forms(secret)) {
    expect(output.includes(form), `${form} in ${output}`).toBe(false);
  }
}

const registered: string[] = [];
afterEach(() => {
  for (const secret of registered.splice(0)) {
    forgetSecret(secret);
  }
});

for (const [name, place] of Object.entries(keyedPlaces)) {
  test(`a secret never comes out: ${name}, at any depth`, () => {
    const text = name.startsWith("headers") ? tokenText : secretText;
    fc.assert(
      fc.property(text, secretKey, path, (secret, key, names) => {
        expectHidden(outputs(wrapped(place(secret, key), names), "done"), secret);
      }),
      { numRuns: 60 },
    );
  });
}

test("a registered secret is never shown, in any place", () => {
  const anyText = fc
    .string({ unit: "grapheme", minLength: 8, maxLength: 40 })
    .map((text) => `S3${text}`);
  const kinds: readonly Place[] = [
    (secret) => secret,
    (secret) => `before${secret}after`,
    (secret) => ({ [secret]: 1 }),
    (secret) => new Map([[secret, 1]]),
    (secret) => new Error(`no ${secret} here`),
    (secret) => Object.assign(new Error("x"), { name: secret }),
    (secret) => JSON.stringify({ note: secret }),
    (secret) => Symbol(secret),
    (secret) => `x ${encodeURIComponent(secret)} ${Buffer.from(secret).toString("base64")} y`,
  ];
  fc.assert(
    fc.property(anyText, fc.constantFrom(...kinds), path, (secret, kind, names) => {
      registerSecret(secret);
      registered.push(secret);
      expectHidden(outputs(wrapped(kind(secret, ""), names), `message with ${secret}`), secret);
      forgetSecret(secret);
    }),
    { numRuns: 300 },
  );
});

test("a bearer token in a message is never shown", () => {
  fc.assert(
    fc.property(tokenText, path, (secret, names) => {
      for (const text of [
        `sent bearer ${secret} on`,
        `Authorization: Bearer ${secret}, ${secret}`,
      ]) {
        expectHidden(outputs(wrapped(text, names), text), secret);
      }
    }),
  );
});

test("half of a secret that a length limit cuts is not shown", () => {
  const { logger, text } = captured();
  const secret = "S3cretValueOfSomeLength";
  registerSecret(secret);
  registered.push(secret);
  for (let before = 16_350; before < 16_400; before += 1) {
    logger.info("x".repeat(before) + secret + "y".repeat(5_000));
    logger.info("long", { note: "x".repeat(before) + secret + "y".repeat(50_000) });
  }
  for (let before = 0; before < secret.length; before += 1) {
    // The replacement shortens the text, so that its cut end is below the limit.
    logger.info("x".repeat(before) + secret.repeat(5_000));
  }
  expect(text()).not.toContain("S3c");
});

test("values that are not secret are shown", () => {
  const { logger, lines } = captured();
  const message = "basic validation of key: value, a=b at http://host:80/a@b took 5 ms";
  const fields = {
    name: "n",
    tokenType: "t",
    maxTokens: 5,
    hasPassword: true,
    password: null,
    list: ["token", "b", "c"],
    page: { nextToken: "eyJhIjoxfQ", continuationToken: "2", tokens: 512 },
    hint: { passwordPolicy: { length: 12 }, cookieName: "sid", authorizationEndpoint: "/auth" },
  };
  logger.info(message, fields);
  expect(lines()[0]).toMatchObject({ message, ...fields });
});

test("harmless details of an error reach the caller", () => {
  const details = { nextToken: "eyJhIjoxfQ", tokens: 3, passwordPolicy: { length: 12 } };
  expect(serializeError(new NotFoundError("m", { details })).details).toEqual(details);
});
