/** A way to present credentials: what a 401 tells clients, and what the OpenAPI document says. */
export interface SecurityScheme {
  /** Its name in the OpenAPI document: letters, digits, `.`, `-` and `_`. */
  readonly name: string;
  /** Scheme of a `WWW-Authenticate` header (RFC 9110), such as `Bearer`. */
  readonly challenge: string;
  /** The OpenAPI security scheme object. */
  readonly document: Readonly<Record<string, string>>;
}

/** `Authorization: Bearer …`. */
export const bearerScheme: SecurityScheme = Object.freeze({
  name: "bearer",
  challenge: "Bearer",
  document: Object.freeze({ type: "http", scheme: "bearer" }),
});
