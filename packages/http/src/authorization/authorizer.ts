import type { Principal } from "@plinth/core";
import { bearerScheme, type SecurityScheme } from "./security-scheme.ts";

/** The part of a request that an authorizer sees. The body has not been read yet. */
export interface AuthorizationRequest {
  /** Such as `GET`. */
  readonly method: string;
  /**
   * The path by which the request was routed, without the query. It is decoded, so that all spellings of a
   * path look the same; escapes of separators stay: `%2F` is part of a segment. Prefer `service` and
   * `operation`, which do not depend on spelling or prefix.
   */
  readonly path: string;
  /** The name of the called contract, such as `things`. */
  readonly service: string;
  /** The method of the contract, such as `getThing`. */
  readonly operation: string;
  /**
   * All values of each header, by its name in lower case. A header that was sent twice has two values;
   * `singleHeader` refuses it.
   */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /**
   * Aborted when the client disconnects or the deadline passes: the answer is not needed any more.
   */
  readonly signal: AbortSignal | undefined;
}

/**
 * Establishes the caller of a request. Extend this class and bind your authorizer under it: `bindHttp` asks
 * it before each method that is not declared `public`.
 */
export abstract class Authorizer {
  /** How callers present credentials. Default: as a bearer token. */
  readonly schemes: readonly SecurityScheme[] = [bearerScheme];

  /**
   * Establishes the caller.
   *
   * @param request the request, before its body is read
   * @returns the principal, with the granted `scopes`
   * @throws UnauthenticatedError (401) if credentials are missing or not valid; PermissionDeniedError (403)
   *   if the caller is known and denied; UnavailableError (503) if it cannot judge now. Any other error is
   *   answered with 500. Messages are shown to the caller: leave all credentials out of them.
   */
  abstract authorize(request: AuthorizationRequest): Promise<Principal>;

  /** Called once, before the server listens. An error stops the start. Default: does nothing. */
  async prepare(): Promise<void> {}
}
