import { fakeClock } from "@plinth/testing";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { JwtAuthorizer } from "../src/jwt/index.ts";
import { setUp } from "./jwt-setup.ts";
import { rawRequest } from "./raw-request.ts";
import { audience, type Issuer, type TokenChanges } from "./token-issuer.ts";

const now = (): number => Math.floor(Date.now() / 1_000);

describe("a good token", () => {
  test("puts its subject, scopes and claims into the context", async () => {
    await using setup = await setUp();
    const token = await setup.issuer.token({
      claims: { scope: "a b", scp: ["c", "a"], team: "x" },
    });
    expect(await setup.call(token)).toMatchObject({ status: 200, body: { principalId: "ada" } });
    expect(setup.guarded.calls[0]?.principal).toMatchObject({
      id: "ada",
      scopes: ["a", "b", "c"],
      claims: { team: "x", iss: setup.issuer.name },
    });
    await setup.call(token);
    expect(setup.issuer.fetches()).toBe(1);
  });

  test("is neither needed nor read if a method is public", async () => {
    await using setup = await setUp();
    expect(await setup.call("nonsense", "/open")).toMatchObject({ status: 200, body: {} });
    expect(setup.guarded.calls[0]?.principal).toBeUndefined();
  });

  test("may be late or early by the clock skew only", async () => {
    await using setup = await setUp({ clockSkew: 60_000 });
    const { issuer, call } = setup;
    expect((await call(await issuer.token({ claims: { exp: now() - 30 } }))).status).toBe(200);
    expect((await call(await issuer.token({ claims: { nbf: now() + 30 } }))).status).toBe(200);
    expect((await call(await issuer.token({ claims: { exp: now() - 90 } }))).status).toBe(401);
    expect((await call(await issuer.token({ claims: { nbf: now() + 90 } }))).status).toBe(401);
  });
});

test("the clock decides what has expired", async () => {
  const clock = fakeClock(Date.now() + 3_600_000);
  await using setup = await setUp({ clock });
  const token = await setup.issuer.token();
  expect((await setup.call(token)).status).toBe(401);
  clock.set(Date.now());
  expect((await setup.call(token)).status).toBe(200);
});

test("an error of toPrincipal is not shown: 500, and logged", async () => {
  await using setup = await setUp({
    toPrincipal: () => {
      throw Object.assign(new Error("GET https://users.internal failed"), { statusCode: 404 });
    },
  });
  const answer = await setup.call(await setup.issuer.token());
  expect(answer).toMatchObject({ status: 500, body: { code: "internal" } });
  expect(JSON.stringify(answer)).not.toContain("users.internal");
  expect(setup.guarded.logger.lines[0]).toMatchObject({ level: "error" });
});

test.each(["bearer", "BEARER", "BeArEr"])("the scheme may be written %s", async (scheme) => {
  await using setup = await setUp();
  const authorization = `${scheme} ${await setup.issuer.token()}`;
  const response = await fetch(`${setup.guarded.url}/closed`, { headers: { authorization } });
  expect(response.status).toBe(200);
});

describe("a token that is refused", () => {
  test.each<[string, (issuer: Issuer) => Promise<string> | string, string, string]>([
    [
      "alg=none",
      ({ name }) =>
        new UnsecuredJWT({ sub: "ada" })
          .setIssuer(name)
          .setAudience(audience)
          .setExpirationTime("10m")
          .encode(),
      "invalid_credentials",
      "The token is signed with an algorithm that is not accepted.",
    ],
    [
      "alg=none with a signature",
      async (issuer) => {
        const [, payload, signature] = (await issuer.token()).split(".");
        const header = Buffer.from('{"alg":"none","kid":"key-0"}').toString("base64url");
        return `${header}.${payload}.${signature}`;
      },
      "invalid_credentials",
      "The token is signed with an algorithm that is not accepted.",
    ],
    [
      "HS256 with the public key as its secret",
      async (issuer) =>
        new SignJWT({ sub: "ada" })
          .setProtectedHeader({ alg: "HS256", kid: "key-0" })
          .setIssuer(issuer.name)
          .setAudience(audience)
          .setExpirationTime("10m")
          .sign(new TextEncoder().encode(await issuer.publicKey())),
      "invalid_credentials",
      "The token is signed with an algorithm that is not accepted.",
    ],
    [
      "a changed payload",
      async (issuer) => {
        const [header, payload = "", signature] = (await issuer.token()).split(".");
        const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
        const changed = Buffer.from(JSON.stringify({ ...claims, sub: "eve" }));
        return `${header}.${changed.toString("base64url")}.${signature}`;
      },
      "invalid_credentials",
      "The token's signature is not valid.",
    ],
    [
      "a wrong issuer",
      (issuer) => issuer.token({ claims: { iss: "https://evil.test" } }),
      "invalid_credentials",
      "The token's issuer is not accepted.",
    ],
    [
      "a wrong audience",
      (issuer) => issuer.token({ claims: { aud: "https://others.test" } }),
      "invalid_credentials",
      "The token is for another audience.",
    ],
    [
      "no audience",
      (issuer) => issuer.token({ without: ["aud"] }),
      "invalid_credentials",
      "The token lacks the claim aud.",
    ],
    [
      "expired",
      (issuer) => issuer.token({ claims: { exp: now() - 60 } }),
      "expired_credentials",
      "The token has expired.",
    ],
    [
      "without an end",
      (issuer) => issuer.token({ without: ["exp"] }),
      "invalid_credentials",
      "The token lacks the claim exp.",
    ],
    [
      "not valid yet",
      (issuer) => issuer.token({ claims: { nbf: now() + 60 } }),
      "invalid_credentials",
      "The token is not valid yet.",
    ],
    [
      "an unknown key",
      (issuer) => issuer.token({ keyId: "unknown" }),
      "invalid_credentials",
      "The token is signed with a key that its issuer does not publish.",
    ],
    [
      "no token at all",
      () => "not-a-token",
      "invalid_credentials",
      "The token is not well-formed.",
    ],
    [
      "a long one",
      () => "x".repeat(9_000),
      "malformed_credentials",
      "The bearer token is too long.",
    ],
  ])("%s: 401", async (_name, make, reason, detail) => {
    await using setup = await setUp();
    const answer = await setup.call(await make(setup.issuer));
    expect(answer).toMatchObject({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
      body: { code: "unauthenticated", detail, details: { reason } },
    });
    expect(setup.guarded.calls).toEqual([]);
  });

  test("an algorithm that is not on the list: 401, though the key is published", async () => {
    await using setup = await setUp({ algorithms: ["RS256", "ES384"] });
    expect(await setup.call(await setup.issuer.token())).toMatchObject({
      status: 401,
      body: { detail: "The token is signed with an algorithm that is not accepted." },
    });
    expect(setup.guarded.calls).toEqual([]);
  });

  test("a required type that is missing: 401", async () => {
    await using setup = await setUp({ tokenType: "at+jwt" });
    expect(await setup.call(await setup.issuer.token())).toMatchObject({
      status: 401,
      body: { detail: "The token is of another type." },
    });
  });

  test.each<[string, TokenChanges]>([
    ["logout+jwt", { type: "logout+jwt" }],
    ["application/logout+jwt", { type: "application/logout+jwt" }],
    ["secevent+jwt", { type: "secevent+jwt" }],
    ["dpop+jwt", { type: "dpop+jwt" }],
    ["id_token", { type: "id_token" }],
    ["a logout token without a type", { claims: { events: {} } }],
    ["an ID token, by the hash of its access token", { claims: { at_hash: "x", scope: "a" } }],
    ["an ID token, by the hash of its code", { type: "JWT", claims: { c_hash: "x" } }],
    ["an ID token, by its nonce", { type: "JWT", claims: { nonce: "x" } }],
    ["an ID token of Keycloak", { type: "JWT", claims: { typ: "ID" } }],
    ["a refresh token of Keycloak", { type: "JWT", claims: { typ: "Refresh" } }],
    ["an ID token of Cognito", { claims: { token_use: "id" } }],
  ])("of another kind, %s: 401", async (_kind, changes) => {
    await using setup = await setUp();
    expect(await setup.call(await setup.issuer.token(changes))).toMatchObject({
      status: 401,
      body: {
        detail: "The token is of another type: an access token is needed.",
        details: { reason: "invalid_credentials" },
      },
    });
    expect(setup.guarded.calls).toEqual([]);
  });

  test.each<[string, TokenChanges]>([
    ["at+jwt", { type: "at+jwt" }],
    ["application/AT+JWT, with any claims", { type: "application/AT+JWT", claims: { nonce: "x" } }],
    ["JWT", { type: "JWT" }],
    ["jwt", { type: "jwt" }],
    [
      "with the nonce of its sign-in, and a scope",
      { type: "JWT", claims: { nonce: "x", scope: "a" } },
    ],
    ["of Keycloak", { type: "JWT", claims: { typ: "Bearer" } }],
    ["of Cognito", { claims: { token_use: "access" } }],
  ])("but not an access token %s: 200", async (_kind, changes) => {
    await using setup = await setUp();
    expect((await setup.call(await setup.issuer.token(changes))).status).toBe(200);
  });

  test("but not one of the required type: 200", async () => {
    await using setup = await setUp({ tokenType: "logout+jwt" });
    const { issuer, call } = setup;
    expect(
      (await call(await issuer.token({ type: "logout+jwt", claims: { events: {} } }))).status,
    ).toBe(200);
    expect((await call(await issuer.token({ type: "at+jwt" }))).status).toBe(401);
  });

  test("none was sent: 401 with the plain challenge", async () => {
    await using setup = await setUp();
    const { call } = setup;
    expect(await call(undefined)).toMatchObject({
      status: 401,
      challenge: "Bearer",
      body: { code: "unauthenticated", details: { reason: "missing_credentials" } },
    });
    const basic = await fetch(`${setup.guarded.url}/closed`, {
      headers: { authorization: "Basic YTpi" },
    });
    expect(basic.status).toBe(401);
    expect(setup.guarded.calls).toEqual([]);
  });

  test("the header was sent twice: 401, though the first one is valid", async () => {
    await using setup = await setUp();
    const token = await setup.issuer.token();
    const line = `Authorization: Bearer ${token}\r\n`;
    const head = "GET /closed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    expect((await rawRequest(setup.guarded.url, `${head}${line}\r\n`)).status).toBe(200);
    for (const second of [line, "authorization: Bearer x\r\n", "authorization: Basic YTpi\r\n"]) {
      const answer = await rawRequest(setup.guarded.url, `${head}${line}${second}\r\n`);
      expect([answer.status, answer.text]).toEqual([
        401,
        expect.stringContaining("more than once"),
      ]);
    }
    expect(setup.guarded.calls).toHaveLength(1);
  });

  test("missing scopes: 403 that names them, before the body is judged", async () => {
    await using setup = await setUp();
    const token = await setup.issuer.token({ claims: { scope: "things:read" } });
    expect(await setup.call(token, "/scoped")).toMatchObject({
      status: 403,
      challenge: 'Bearer error="insufficient_scope", scope="things:write"',
      body: { code: "permission_denied", details: { missingScopes: ["things:write"] } },
    });
    expect(setup.guarded.calls).toEqual([]);
    const both = await setup.issuer.token({ claims: { scope: "things:write things:read" } });
    expect((await setup.call(both, "/scoped")).status).toBe(200);
  });

  test("HEAD is guarded as GET is", async () => {
    await using setup = await setUp();
    const response = await fetch(`${setup.guarded.url}/closed`, { method: "HEAD" });
    expect(response.status).toBe(401);
    expect(setup.guarded.calls).toEqual([]);
  });
});

test("an algorithm with a shared secret, or no audience, is refused at construction", () => {
  const options = { issuer: "https://issuer.test", audience, jwksUrl: "http://127.0.0.1:1" };
  const algorithms = ["HS256"] as unknown as ["ES256"];
  expect(() => new JwtAuthorizer({ ...options, algorithms })).toThrow("not HS256");
  expect(() => new JwtAuthorizer({ ...options, algorithms: [] })).toThrow("not none at all");
  expect(() => new JwtAuthorizer({ ...options, audience: "" })).toThrow("an audience");
});
