import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { UnauthenticatedError, type Principal } from "@plinth/core";
import { callerAuthorization } from "../authorization/caller-credentials.ts";
import type { OutgoingCall, OutgoingHeaders } from "../client/client-options.ts";
import type { Admitted } from "../server/create-fastify.ts";

const keyHeader = "x-plinth-loopback-key";
const principalHeader = "x-plinth-loopback-principal";

/**
 * Keeps other processes out of a server that a process runs for itself, and carries the principal and
 * its credentials: in-process calls see them, so those over the loopback have to as well.
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
   * @throws UnauthenticatedError for a request of anybody else
   */
  admit({ headers }: IncomingMessage): Admitted {
    const given = Buffer.from(String(headers[keyHeader]));
    const expected = Buffer.from(this.#key);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new UnauthenticatedError("This server serves its own process only.");
    }
    const carried = headers[principalHeader];
    if (typeof carried !== "string") return {};
    const principal = JSON.parse(Buffer.from(carried, "base64url").toString()) as Principal;
    return { principal, authorization: headers.authorization };
  }
}
