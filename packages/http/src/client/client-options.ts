import {
  DeclarationError,
  type Logger,
  type MethodDescription,
  type RequestContext,
} from "@plinth/core";
import { wholeNumberFault } from "@plinth/support/numbers";

/** A call, for the headers that depend on it. */
export interface OutgoingCall {
  /** The context in which the call is made: request id, principal, deadline. */
  readonly context: RequestContext;
  /** The called method. */
  readonly method: MethodDescription;
}

/** Additional headers of a call, by name. */
export type OutgoingHeaders = Readonly<Record<string, string>>;

/** Where a remote service is, and how it is called. */
export interface ClientOptions {
  /**
   * The address: `http:` or `https:`, with the prefix of the service if it has one, without credentials,
   * query and fragment.
   */
  readonly url: string | URL;
  /** The timeout of a call whose caller has no deadline, in milliseconds. Default: 30,000. */
  readonly timeout?: number;
  /** How often a call of an `idempotent` method is sent at most. 1 never retries. Default: 3. */
  readonly attempts?: number;
  /** How many connections may be open at a time. Further calls wait. Default: 128. */
  readonly connections?: number;
  /** How long opening a connection may take, in milliseconds. Default: 5,000. */
  readonly connectTimeout?: number;
  /** The largest answer that is read, in bytes. Default: 4,194,304. */
  readonly responseLimit?: number;
  /**
   * Headers for each attempt, such as credentials. The identity of the caller does not travel unless you put
   * it here. They cannot replace the request id, trace and deadline of the call. Headers that the client
   * decides itself (`accept-encoding`, `connection`, `host`, `content-*`, `if-*` and the like) make the call
   * reject with `invalid_argument`. Default: none.
   */
  readonly headers?: (call: OutgoingCall) => OutgoingHeaders | Promise<OutgoingHeaders>;
  /**
   * Whether calls forward the `Authorization` header that established their caller, so that the other service
   * can judge the caller again. Use it between services that trust the same issuer. The header goes to `url`
   * only, and only while the context has the principal that it established. It replaces an `authorization` of
   * `headers`, which is then for calls without a caller. Default: false.
   */
  readonly forwardAuthorization?: boolean;
  /**
   * Logs retries, at `warn`. Default: retries are not logged; `bindRemote` uses the logger of the app.
   */
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
 * @throws DeclarationError for invalid numbers
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
