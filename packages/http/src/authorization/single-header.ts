import type { AuthorizationRequest } from "./authorizer.ts";
import { refusal } from "./refusal.ts";

/**
 * Reads a header that may be sent only once. Of two values, one proxy sees the first and another the last, so
 * neither can be trusted.
 *
 * @param request the request
 * @param name the header's name in lower case
 * @returns the value; `undefined` if the header is absent
 * @throws UnauthenticatedError if it was sent more than once
 */
export function singleHeader(request: AuthorizationRequest, name: string): string | undefined {
  const [value, ...others] = request.headers[name] ?? [];
  if (others.length > 0) {
    throw refusal("malformed_credentials", `The header ${name} was sent more than once.`);
  }
  return value;
}

/**
 * Reads the token of `Authorization: Bearer <token>`.
 *
 * @param request the request
 * @returns the token; `undefined` if there are no credentials of this scheme
 * @throws UnauthenticatedError if the header was sent more than once, or holds no well-formed token
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
