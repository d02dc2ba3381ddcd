import type { AuthorizationRequest } from "./authorizer.ts";
import { refusal } from "./refusal.ts";

/**
 * The value of a header that may be there only once. Of two values one proxy would see the first,
 * the next the last; neither is to be trusted then.
 *
 * @param request the request
 * @param name the header's name in lower case
 * @returns the value; `undefined` when the header is absent
 * @throws UnauthenticatedError when it is there more than once
 */
export function singleHeader(request: AuthorizationRequest, name: string): string | undefined {
  const [value, ...others] = request.headers[name] ?? [];
  if (others.length > 0) {
    throw refusal("malformed_credentials", `The header ${name} was sent more than once.`);
  }
  return value;
}

/**
 * The token of `Authorization: Bearer <token>`.
 *
 * @param request the request
 * @returns the token; `undefined` when there are no credentials of this scheme
 * @throws UnauthenticatedError when the header is there more than once, or holds no proper token
 */
export function bearerToken(request: AuthorizationRequest): string | undefined {
  const value = singleHeader(request, "authorization");
  const [scheme = "", token, ...rest] = (value ?? "").split(" ");
  if (scheme.toLowerCase() !== "bearer") return undefined;
  if (token === undefined || rest.length > 0 || !/^[A-Za-z0-9._~+/-]+=*$/.test(token)) {
    throw refusal("malformed_credentials", "The bearer token is not well-formed.");
  }
  return token;
}
