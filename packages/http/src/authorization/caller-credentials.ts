import type { RequestContext } from "@plinth/core";
import { rootContext } from "@plinth/core/transport";
import { Exchange } from "../request/exchange.ts";
import type { AuthorizationRequest, Authorizer } from "./authorizer.ts";
import type { SecurityScheme } from "./security-scheme.ts";

const judgeKey: unique symbol = Symbol("plinth.judge");

type Judged = AuthorizationRequest & { [judgeKey]?: Authorizer };

/** Notes which of several authorizers accepted a request. The first note counts. */
export function noteJudge(request: Judged, judge: Authorizer): void {
  request[judgeKey] ??= judge;
}

/** Whether a scheme puts its credentials into the header `Authorization`. */
function isInAuthorization({ document: { type, in: place, name } }: SecurityScheme): boolean {
  return type !== "apiKey" || (place === "header" && name?.toLowerCase() === "authorization");
}

/**
 * The `Authorization` header that an authorizer accepted. `undefined` if it accepted other credentials, such
 * as an API key, that were sent along with this header.
 *
 * @param authorizer the authorizer that was asked; `anyOf` notes which of its parts accepted
 */
export function acceptedAuthorization(request: Judged, authorizer: Authorizer): string | undefined {
  const [authorization, ...others] = request.headers["authorization"] ?? [];
  if (others.length > 0) return undefined;
  const { schemes } = request[judgeKey] ?? authorizer;
  return schemes.some(isInAuthorization) ? authorization : undefined;
}

/**
 * The `Authorization` header of the request that a context belongs to.
 *
 * @returns `undefined` outside requests, if the caller was accepted by other credentials, and if the context
 *   has another principal than the one that the header established
 */
export function callerAuthorization(context: RequestContext): string | undefined {
  const root = rootContext(context);
  return root instanceof Exchange && root.principal === context.principal
    ? Exchange.authorizationOf(root)
    : undefined;
}
