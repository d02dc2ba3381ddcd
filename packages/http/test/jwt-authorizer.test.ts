import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { JwtAuthorizer, type JwtAuthorizerOptions } from "../src/jwt/index.ts";
import { startGuarded, type Guarded } from "./guarded-service.ts";
import { rawRequest } from "./raw-request.ts";
import { audience, startIssuer, type Issuer } from "./token-issuer.ts";

interface Setup extends AsyncDisposable {
  readonly issuer: Issuer;
  readonly guarded: Guarded;
  readonly call: (token: string | undefined, path?: string) => Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly challenge: string | null;
  readonly body: Record<string, unknown>;
}

async function setUp(options: Partial<JwtAuthorizerOptions> = {}): Promise<Setup> {
  const issuer = await startIssuer();
  const { jwksUrl, name } = issuer;
  const authorizer = new JwtAuthorizer({ issuer: name, audience, jwksUrl, ...options });
  const guarded = await startGuarded(authorizer);
  return {
    issuer,
    guarded,
    call: async (token, path = "/closed") => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const post = { method: "POST", body: '{"text":"x"}' };
      const response = await fetch(`${guarded.url}${path}`, {
        ...(path === "/scoped" ? post : {}),
        headers: {
          ...headers,
          ...(path === "/scoped" ? { "content-type": "application/json" } : {}),
        },
      });
      const text = await response.text();
      if (token !== undefined && response.status >= 400) {
        for (const part of token.split(".").filter((each) => each.length > 8)) {
          expect(text).not.toContain(part);
          expect(JSON.stringify(guarded.logger.lines)).not.toContain(part);
        }
      }
      return {
        status: response.status,
        challenge: response.headers.get("www-authenticate"),
        body: JSON.parse(text) as Record<string, unknown>,
      };
    },
    [Symbol.asyncDispose]: async () => {
      await guarded[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

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

  test("is not needed where a method is public, nor looked at", async () => {
    await using setup = await setUp();
    expect(await setup.call("nonsense", "/open")).toMatchObject({ status: 200, body: {} });
    expect(setup.guarded.calls[0]?.principal).toBeUndefined();
  });

  test("may be late or early by the skew of clocks, and no more", async () => {
    await using setup = await setUp({ clockSkew: 60_000 });
    const { issuer, call } = setup;
    expect((await call(await issuer.token({ claims: { exp: now() - 30 } }))).status).toBe(200);
    expect((await call(await issuer.token({ claims: { nbf: now() + 30 } }))).status).toBe(200);
    expect((await call(await issuer.token({ claims: { exp: now() - 90 } }))).status).toBe(401);
    expect((await call(await issuer.token({ claims: { nbf: now() + 90 } }))).status).toBe(401);
  });
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

  test("a type that is asked for and not there: 401", async () => {
    await using setup = await setUp({ tokenType: "at+jwt" });
    expect(await setup.call(await setup.issuer.token())).toMatchObject({
      status: 401,
      body: { detail: "The token is of another type." },
    });
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

  test("the header came twice: 401, though the first one is good", async () => {
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

describe("the issuer's keys", () => {
  test("rotate: an unknown key id fetches them again", async () => {
    await using setup = await setUp({ cooldown: 0 });
    const { issuer, call } = setup;
    expect((await call(await issuer.token())).status).toBe(200);
    await issuer.rotate();
    expect((await call(await issuer.token())).status).toBe(200);
    expect(issuer.fetches()).toBe(2);
  });

  test("are not fetched again while the last fetch is fresh, whatever strangers send", async () => {
    await using setup = await setUp({ cooldown: 600_000 });
    const { issuer, call } = setup;
    expect((await call(await issuer.token())).status).toBe(200);
    await issuer.rotate();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await call(await issuer.token())).status).toBe(401);
    }
    expect(issuer.fetches()).toBe(1);
  });

  test("are not fetched for a token of somebody else", async () => {
    await using setup = await setUp();
    await setup.call(await setup.issuer.token({ claims: { iss: "https://evil.test" } }));
    expect(setup.issuer.fetches()).toBe(0);
  });

  test.each([
    { status: 500, body: "" },
    { status: 200, body: "<html>" },
    { status: 200, body: '{"keys":1}' },
  ])("answered with $status $body: 503, and well again afterwards", async (broken) => {
    await using setup = await setUp();
    const { issuer, call, guarded } = setup;
    issuer.answer = broken;
    expect(await call(await issuer.token())).toMatchObject({
      status: 503,
      challenge: null,
      body: { code: "unavailable" },
    });
    expect(guarded.calls).toEqual([]);
    issuer.answer = undefined;
    expect((await call(await issuer.token())).status).toBe(200);
  });

  test("out of reach: 503", async () => {
    await using setup = await setUp({ jwksUrl: "http://127.0.0.1:1/jwks" });
    expect((await setup.call(await setup.issuer.token())).status).toBe(503);
    expect(setup.guarded.calls).toEqual([]);
  });
});

test("an algorithm with a shared secret, or no audience, is refused when it is configured", () => {
  const options = { issuer: "https://issuer.test", audience, jwksUrl: "http://127.0.0.1:1" };
  const algorithms = ["HS256"] as unknown as ["ES256"];
  expect(() => new JwtAuthorizer({ ...options, algorithms })).toThrow("not HS256");
  expect(() => new JwtAuthorizer({ ...options, algorithms: [] })).toThrow("not none at all");
  expect(() => new JwtAuthorizer({ ...options, audience: "" })).toThrow("an audience");
});
