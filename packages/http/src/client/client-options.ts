import {
  DeclarationError,
  type Logger,
  type MethodDescription,
  type RequestContext,
} from "@plinth/core";
import { wholeNumberFault } from "@plinth/support/numbers";

/** What the headers of a call may depend on. */
export interface OutgoingCall {
  /** The context in which the call is made: request id, principal, deadline. */
  readonly context: RequestContext;
  /** The method that is called. */
  readonly method: MethodDescription;
}

/** More headers for a call, by name. */
export type OutgoingHeaders = Readonly<Record<string, string>>;

/** Where a remote service is and how it is called. */
export interface ClientOptions {
  /**
   * Where it answers: `http:` or `https:`, with the prefix under which it is served, if any, and
   * without credentials, query and fragment.
   */
  readonly url: string | URL;
  /** How long a call may take whose caller has no deadline, in milliseconds. Default: 30,000. */
  readonly timeout?: number;
  /** How often a call of an `idempotent` method is sent at most. Default: 3; 1 never retries. */
  readonly attempts?: number;
  /** The most connections that are open at a time; further calls wait. Default: 128. */
  readonly connections?: number;
  /** How long opening a connection may take, in milliseconds. Default: 5,000. */
  readonly connectTimeout?: number;
  /** The largest answer that is read, in bytes. Default: 4,194,304. */
  readonly responseLimit?: number;
  /**
   * Headers for each attempt, such as credentials: nothing of the caller's identity travels unless
   * it is put here. They cannot replace the request id, trace and deadline of the call. Those that the
   * client decides itself (`accept-encoding`, `connection`, `host`, `content-*`, `if-*` and the like)
   * make the call reject with `invalid_argument`. Default: none.
   */
  readonly headers?: (call: OutgoingCall) => OutgoingHeaders | Promise<OutgoingHeaders>;
  /**
   * Whether calls carry the `Authorization` header with which the caller itself was let in, so that
   * the other side can judge the caller anew: for services that trust the same issuer. Only to `url`,
   * and only while the principal of the context is the one that the header has established. It goes
   * before an `authorization` of `headers`, which is then for calls without a caller. Default: false.
   */
  readonly forwardAuthorization?: boolean;
  /** Where retries are logged, at `warn`. Default: nowhere; `bindRemote` gives that of the app. */
  readonly logger?: Logger;
}

/** The options with every default filled in. */
export type CompleteOptions = Required<Omit<ClientOptions, "url" | "logger">> & {
  readonly logger: Logger | undefined;
};

function positive(name: string, value: number): number {
  const fault = wholeNumberFault(name, value, { min: 1 });
  if (fault !== undefined) throw new DeclarationError(`The option ${fault}`);
  return value;
}

/**
 * Fills in the defaults.
 *
 * @throws DeclarationError for numbers that make no sense
 */
export function completeOptions(options: ClientOptions): CompleteOptions {
  return {
    timeout: positive("timeout", options.timeout ?? 30_000),
    attempts: positive("attempts", options.attempts ?? 3),
    connections: positive("connections", options.connections ?? 128),
    connectTimeout: positive("connectTimeout", options.connectTimeout ?? 5_000),
    responseLimit: positive("responseLimit", options.responseLimit ?? 4_194_304),
    headers: options.headers ?? (() => ({})),
    forwardAuthorization: options.forwardAuthorization ?? false,
    logger: options.logger,
  };
}
