/**
 * A way to present credentials, for the `WWW-Authenticate` header of a 401 and for the OpenAPI document.
 */
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
