import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { UnauthenticatedError, type Principal } from "@plinth/core";
import { Authorizer, type AuthorizationRequest } from "../authorization/authorizer.ts";
import { callerAuthorization } from "../authorization/caller-credentials.ts";
import { refusal } from "../authorization/refusal.ts";
import type { OutgoingCall, OutgoingHeaders } from "../client/client-options.ts";
import type { Admitted } from "../server/server-parts.ts";

const keyHeader = "x-plinth-loopback-key";
const principalHeader = "x-plinth-loopback-principal";

/**
 * Keeps other processes out of a server that serves its own process. It also carries the principal and its
 * credentials, which calls in process see as well.
 */
export class LoopbackKey {
  readonly #key = randomBytes(32).toString("base64url");

  /** For the client. */
  headersFor({ context }: OutgoingCall): OutgoingHeaders {
    const { principal } = context;
    const authorization = callerAuthorization(context);
    const carried =
      principal === undefined
        ? undefined
        : Buffer.from(JSON.stringify(principal)).toString("base64url");
    return {
      [keyHeader]: this.#key,
      ...(carried === undefined ? {} : { [principalHeader]: carried }),
      ...(authorization === undefined ? {} : { authorization }),
    };
  }

  /**
   * For the server.
   *
   * @throws UnauthenticatedError for a request of another process
   */
  admit({ headers }: IncomingMessage): Admitted {
    const given = Buffer.from(String(headers[keyHeader]));
    const expected = Buffer.from(this.#key);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new UnauthenticatedError("This server serves its own process only.");
    }
    const principal = carriedPrincipal(headers[principalHeader]);
    return principal === undefined ? {} : { principal, authorization: headers.authorization };
  }
}

function carriedPrincipal(carried: unknown): Principal | undefined {
  if (typeof carried !== "string") return undefined;
  return JSON.parse(Buffer.from(carried, "base64url").toString()) as Principal;
}

/**
 * Judges calls over the loopback by the principal that they carry. It was established when the request
 * arrived; the credentials are not available for each call.
 */
export class LoopbackAuthorizer extends Authorizer {
  /** @throws UnauthenticatedError for a call without a principal */
  override async authorize({ headers }: AuthorizationRequest): Promise<Principal> {
    const principal = carriedPrincipal(headers[principalHeader]?.[0]);
    if (principal === undefined) {
      throw refusal("missing_credentials", "The call needs a principal, and its context has none.");
    }
    return principal;
  }
}
