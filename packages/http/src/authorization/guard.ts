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
    // Whatever else an authorizer throws is its own failure, such as an error of a key store's client,
    // and no answer to the caller: a `statusCode` in it says nothing about this request.
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
 * @returns none for problems that are no refusal
 */
export function challengesFor(
  { code, details = {} }: Pick<Problem, "code" | "details">,
  schemes: readonly SecurityScheme[],
): string[] {
  if (code === "unauthenticated") {
    // Who sent nothing did nothing wrong: RFC 6750 wants no error there.
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
