import type { Principal } from "@plinth/core";
import { bearerScheme, type SecurityScheme } from "./security-scheme.ts";

/** What an authorizer is shown of a request. The body has not been read yet. */
export interface AuthorizationRequest {
  /** Such as `GET`. */
  readonly method: string;
  /**
   * The path by which the request was routed: without the query, and decoded, so that every spelling of
   * a path is shown alike. Escapes of separators stay: `%2F` is part of a segment. Prefer `service` and
   * `operation`, which no spelling and no prefix changes.
   */
  readonly path: string;
  /** The name of the contract that is called, such as `things`. */
  readonly service: string;
  /** The method of the contract, such as `getThing`. */
  readonly operation: string;
  /**
   * Every value of every header, names in lower case. A list each, since a header that came twice
   * must not be taken for one that came once; see `singleHeader`.
   */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /** Falls when the client leaves or the deadline passes; nobody waits for the answer then. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Finds out who makes a request. Extend it, and bind the result under this class: `bindHttp` asks it
 * before every method that is not declared `public`.
 */
export abstract class Authorizer {
  /** How credentials are presented. Default: as a bearer token. */
  readonly schemes: readonly SecurityScheme[] = [bearerScheme];

  /**
   * Establishes the caller.
   *
   * @param request what is known before the body is read
   * @returns the principal, with what it may do in `scopes`
   * @throws UnauthenticatedError (401) when credentials are missing or not valid;
   *   PermissionDeniedError (403) when the caller is known and not wanted; UnavailableError (503)
   *   when it cannot be told now. Anything else is answered with 500. Messages are shown to the
   *   caller: no part of the credentials belongs there.
   */
  abstract authorize(request: AuthorizationRequest): Promise<Principal>;

  /** Called once, before the server listens; what it throws stops the start. Default: nothing. */
  async prepare(): Promise<void> {}
}
