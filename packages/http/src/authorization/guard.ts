import {
  InternalError,
  isServiceError,
  PermissionDeniedError,
  withinLimits,
  type MethodDescription,
} from "@plinth/core";
import type { FastifyRequest } from "fastify";
import type { Exchange } from "../request/exchange.ts";
import { headerLines } from "../request/request-headers.ts";
import { routedPath } from "../request/routed-path.ts";
import type { AuthorizationRequest, Authorizer } from "./authorizer.ts";
import { acceptedAuthorization } from "./caller-credentials.ts";
import { reasonOf } from "./refusal.ts";
import type { SecurityScheme } from "./security-scheme.ts";

/** Establishes the caller of a method in its exchange, or rejects. */
export type Guard = (request: FastifyRequest, exchange: Exchange) => Promise<void>;

/**
 * Prepares the check that stands before a closed method: who is it, and has it all scopes.
 *
 * @param service the contract's name
 * @returns a function that rejects with the authorizer's error, or with `permission_denied` naming
 *   the missing scopes in its details
 */
export function createGuard(
  service: string,
  method: MethodDescription,
  authorizer: Authorizer,
): Guard {
  return async (request, exchange) => {
    const shown: AuthorizationRequest = {
      method: request.method,
      path: routedPath(request.raw.url ?? ""),
      service,
      operation: method.name,
      headers: headerLines(request.raw),
      get signal() {
        return exchange.signal;
      },
    };
    const principal = await withinLimits({ deadline: exchange.deadline }, async () =>
      authorizer.authorize(shown),
    );
    // An authorizer in JavaScript may forget to answer; that must not let anybody in.
    if (typeof principal?.id !== "string") {
      throw new InternalError("The authorizer gave no principal.");
    }
    const missing = method.scopes.filter((scope) => principal.scopes?.includes(scope) !== true);
    if (missing.length > 0) {
      throw new PermissionDeniedError(
        `The credentials lack ${missing.length === 1 ? "the scope" : "the scopes"} ${missing.join(", ")}.`,
        { details: { missingScopes: missing } },
      );
    }
    exchange.accept(principal, acceptedAuthorization(shown, authorizer));
  };
}

function quoted(text: string): string {
  return `"${text.replaceAll(/[^\x20-\x7e]/g, "?").replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/**
 * The values of `WWW-Authenticate` for an error (RFC 9110, with the errors of RFC 6750).
 *
 * @returns none for errors that are no refusal
 */
export function challengesFor(error: unknown, schemes: readonly SecurityScheme[]): string[] {
  if (isServiceError(error, "unauthenticated")) {
    // Who sent nothing did nothing wrong: RFC 6750 wants no error there.
    const isMissing = reasonOf(error) === "missing_credentials";
    return schemes.map(({ challenge }) =>
      challenge === "Bearer" && !isMissing ? 'Bearer error="invalid_token"' : challenge,
    );
  }
  const scopes = isServiceError(error, "permission_denied") ? error.details["missingScopes"] : [];
  if (!Array.isArray(scopes) || scopes.length === 0) return [];
  return schemes
    .filter(({ challenge }) => challenge === "Bearer")
    .map(
      ({ challenge }) =>
        `${challenge} error="insufficient_scope", scope=${quoted(scopes.join(" "))}`,
    );
}
