import { toServiceError, type MethodDescription } from "@plinth/core";
import { withinLimits } from "@plinth/core/transport";
import type { FastifyRequest } from "fastify";
import type { Exchange } from "../request/exchange.ts";
import type { Problem } from "../problem/problem.ts";
import { headerLines } from "../request/request-headers.ts";
import { routedPath } from "../request/routed-path.ts";
import type { AuthorizationRequest, Authorizer } from "./authorizer.ts";
import { acceptedAuthorization } from "./caller-credentials.ts";
import { checkPrincipal, checkScopes } from "./check-principal.ts";
import type { SecurityScheme } from "./security-scheme.ts";

/** Establishes the caller of a method in its exchange, or rejects. */
export type Guard = (request: FastifyRequest, exchange: Exchange) => Promise<void>;

/**
 * Prepares the check before a closed method: it establishes the caller and compares its scopes.
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
    // Any other error is a failure of the authorizer itself, such as an error of a key store's client. It is
    // not an answer to the caller: its `statusCode` says nothing about this request.
    const principal = await withinLimits({ deadline: exchange.deadline }, async () =>
      authorizer.authorize(shown),
    ).catch((thrown: unknown) => {
      throw toServiceError(thrown);
    });
    checkPrincipal(principal);
    checkScopes(method, principal);
    exchange.accept(principal, acceptedAuthorization(shown, authorizer));
  };
}

function quoted(text: string): string {
  return `"${text.replaceAll(/[^\x20-\x7e]/g, "?").replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/**
 * The values of `WWW-Authenticate` for the problem of a service error (RFC 9110, with the errors of
 * RFC 6750).
 *
 * @returns none for problems that do not refuse a caller
 */
export function challengesFor(
  { code, details = {} }: Pick<Problem, "code" | "details">,
  schemes: readonly SecurityScheme[],
): string[] {
  if (code === "unauthenticated") {
    // A caller without credentials did nothing wrong: RFC 6750 wants no error there.
    const isMissing = details["reason"] === "missing_credentials";
    return schemes.map(({ challenge }) =>
      challenge === "Bearer" && !isMissing ? 'Bearer error="invalid_token"' : challenge,
    );
  }
  const scopes = code === "permission_denied" ? details["missingScopes"] : [];
  if (!Array.isArray(scopes) || scopes.length === 0) return [];
  return schemes
    .filter(({ challenge }) => challenge === "Bearer")
    .map(
      ({ challenge }) =>
        `${challenge} error="insufficient_scope", scope=${quoted(scopes.join(" "))}`,
    );
}
