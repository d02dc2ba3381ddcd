import {
  CancelledError,
  describeContract,
  type AnyServiceClass,
  type ContractDescription,
  type MethodDescription,
} from "@plinth/core";
import { remoteCall, type RemoteSend } from "@plinth/core/transport";
import { callerAuthorization } from "../authorization/caller-credentials.ts";
import { readAnswer, type Answer } from "./answer-reader.ts";
import { parseBaseUrl, type BaseUrl } from "./base-url.ts";
import { callHeaders } from "./call-headers.ts";
import { completeOptions, type ClientOptions, type CompleteOptions } from "./client-options.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { CallTarget } from "./remote-error.ts";
import { transportError } from "./remote-faults.ts";
import { createRequestWriter } from "./request-writer.ts";
import { RetryBudget } from "./retry-budget.ts";
import { withRetries } from "./with-retries.ts";

/** What the calls of one client share. */
interface ClientParts {
  readonly base: BaseUrl;
  readonly options: CompleteOptions;
  readonly pool: ConnectionPool;
  readonly budget: RetryBudget;
  /** Whether every call is made in the caller's name, as over the loopback. */
  readonly actsAsCaller: boolean;
}

function createSend(
  contract: ContractDescription,
  method: MethodDescription,
  { base, options, pool, budget, actsAsCaller }: ClientParts,
): RemoteSend {
  const write = createRequestWriter(contract, method, base.prefix);
  const target: CallTarget = {
    service: contract.name,
    method: method.name,
    request: `${method.httpMethod} ${base.origin}${base.prefix}${method.path}`,
  };
  const attempts = method.idempotent ? options.attempts : 1;

  return ({ input, context, readOutput }) => {
    const written = write(input);
    const attempt = async (): Promise<unknown> => {
      const own = await options.headers({ context, method });
      const headers = callHeaders(contract.name, context, own, written);
      const credentials = callerAuthorization(context);
      if (options.forwardAuthorization && credentials !== undefined) {
        headers["authorization"] = credentials;
      }
      const isCallers =
        actsAsCaller || (credentials !== undefined && headers["authorization"] === credentials);
      const { signal } = context;
      let answer: Answer;
      try {
        const { target: path, body } = written;
        const request = { method: method.httpMethod, target: path, headers, body, signal };
        answer = await pool.request(request);
      } catch (error) {
        // The caller has its error already; this one must not look like a reason for a retry.
        if (signal?.aborted === true) throw new CancelledError("The call was cancelled.");
        throw transportError(target, error, options.responseLimit);
      }
      return readAnswer(target, method, answer, readOutput, isCallers);
    };
    return withRetries(
      {
        attempts,
        budget,
        context,
        onRetry: (error, count, wait) =>
          options.logger?.warn(`Retrying ${contract.name}.${method.name}.`, {
            attempt: count,
            code: error.code,
            wait: Math.round(wait),
          }),
      },
      attempt,
    );
  };
}

/** A service that is called over HTTP. Disposing it (`await using`) closes its connections. */
export type RemoteService<T extends object> = T & AsyncDisposable;

/**
 * Makes a client and what closes it.
 *
 * @param actsAsCaller whether every call is made in the caller's name
 */
export function openClient<T extends object>(
  service: AnyServiceClass<T>,
  clientOptions: ClientOptions,
  actsAsCaller = false,
): { readonly instance: T; readonly close: (signal?: AbortSignal) => Promise<void> } {
  const { name } = describeContract(service);
  const base = parseBaseUrl(name, clientOptions.url);
  const options = completeOptions(clientOptions);
  const pool = new ConnectionPool(base.origin, options);
  const parts = { base, options, pool, budget: new RetryBudget(), actsAsCaller };
  const instance = remoteCall(service, {
    defaultTimeout: options.timeout,
    createSend: (method, contract) => createSend(contract, method, parts),
  });
  return { instance, close: (signal) => pool.close(signal) };
}

/**
 * A service that runs elsewhere, called over HTTP as if it were here: an instance of the contract
 * class, whose methods check, send, check again, and throw the same errors.
 *
 * Nothing is opened before the first call. A method is sent once; only one declared `idempotent` is
 * sent again, up to `attempts` times in all and within the deadline.
 *
 * Beside the errors of the service its methods reject with `unavailable` when it cannot be reached,
 * `deadline_exceeded` when time runs out, `cancelled` when the caller gives up, `unimplemented` when
 * the other side does not know the method, and `internal` when its answer makes no sense. The
 * `cause` is a `RemoteError`.
 *
 * An `unauthenticated` or `permission_denied` that is about the credentials of this service, not about
 * those of its caller, can be caught here; left uncaught, it reaches the caller as `internal`.
 *
 * @param service the contract
 * @param options where it is; see {@link ClientOptions}
 * @throws DeclarationError for a URL or a number that makes no sense
 */
export function createClient<T extends object>(
  service: AnyServiceClass<T>,
  options: ClientOptions,
): RemoteService<T> {
  const { instance, close } = openClient(service, options);
  Object.defineProperty(instance, Symbol.asyncDispose, { value: () => close() });
  return instance as RemoteService<T>;
}
