import type { RequestContext } from "@plinth/core";
import { rootContext } from "@plinth/core/transport";
import { Exchange } from "../request/exchange.ts";
import type { AuthorizationRequest, Authorizer } from "./authorizer.ts";
import type { SecurityScheme } from "./security-scheme.ts";

const judgeKey: unique symbol = Symbol("plinth.judge");

type Judged = AuthorizationRequest & { [judgeKey]?: Authorizer };

/** Notes which of several authorizers has accepted a request; the first word counts. */
export function noteJudge(request: Judged, judge: Authorizer): void {
  request[judgeKey] ??= judge;
}

/** Whether credentials of a scheme stand in the header `Authorization`. */
function isInAuthorization({ document: { type, in: place, name } }: SecurityScheme): boolean {
  return type !== "apiKey" || (place === "header" && name?.toLowerCase() === "authorization");
}

/**
 * The `Authorization` header by which an authorizer has let a request in. Not one that came along while
 * other credentials, such as an API key, were what counted.
 *
 * @param authorizer that was asked; which part of it has accepted is known of `anyOf`
 */
export function acceptedAuthorization(request: Judged, authorizer: Authorizer): string | undefined {
  const [authorization, ...others] = request.headers["authorization"] ?? [];
  if (others.length > 0) return undefined;
  const { schemes } = request[judgeKey] ?? authorizer;
  return schemes.some(isInAuthorization) ? authorization : undefined;
}

/**
 * The `Authorization` header with which the request came that a context belongs to.
 *
 * @returns `undefined` outside of requests, where nobody was let in by it, and where the context is for
 *   another principal than the one that it has established
 */
export function callerAuthorization(context: RequestContext): string | undefined {
  const root = rootContext(context);
  return root instanceof Exchange && root.principal === context.principal
    ? Exchange.authorizationOf(root)
    : undefined;
}
