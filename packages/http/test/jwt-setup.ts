import { expect } from "vitest";
import { JwtAuthorizer, type JwtAuthorizerOptions } from "../src/jwt/index.ts";
import { startGuarded, type Guarded } from "./guarded-service.ts";
import { audience, startIssuer, type Issuer } from "./token-issuer.ts";

/** A guarded service and the issuer that it trusts. */
export interface Setup extends AsyncDisposable {
  readonly issuer: Issuer;
  readonly guarded: Guarded;
  readonly call: (token: string | undefined, path?: string) => Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly challenge: string | null;
  readonly body: Record<string, unknown>;
}

/** Starts both. */
export async function setUp(options: Partial<JwtAuthorizerOptions> = {}): Promise<Setup> {
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
