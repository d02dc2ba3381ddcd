import {
  CancelledError,
  describeContract,
  type AnyServiceClass,
  type ContractDescription,
  type MethodDescription,
} from "@plinth/core";
import { remoteCall, type RemoteSend } from "@plinth/core/transport";
import { callerAuthorization } from "../authorization/caller-credentials.ts";
import { readAnswer } from "./answer-reader.ts";
import { parseBaseUrl, type BaseUrl } from "./base-url.ts";
import { callHeaders } from "./call-headers.ts";
import { completeOptions, type ClientOptions, type CompleteOptions } from "./client-options.ts";
import { ConnectionPool, type Answer } from "./connection-pool.ts";
import type { CallTarget } from "./remote-error.ts";
import { transportError } from "./remote-faults.ts";
import { createRequestWriter } from "./request-writer.ts";
import { RetryBudget } from "./retry-budget.ts";
import { withRetries } from "./with-retries.ts";

/** The parts that all calls of a client share. */
interface ClientParts {
  readonly base: BaseUrl;
  readonly options: CompleteOptions;
  readonly pool: ConnectionPool;
  readonly budget: RetryBudget;
  /** Whether each call is made on behalf of the caller, as over the loopback. */
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
        // The caller has its error already. This one must not cause a retry.
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
 * Makes a client, and the function that closes it.
 *
 * @param actsAsCaller whether each call is made on behalf of the caller
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
 * Makes a client for a service that runs elsewhere: an instance of the contract class. Its methods check the
 * input, send it over HTTP, check the answer, and throw the same errors as the service.
 *
 * It opens no connection before the first call. A call is sent once. Only methods declared `idempotent` are
 * retried, up to `attempts` times in all and within the deadline.
 *
 * Besides the errors of the service, methods reject with `unavailable` if it cannot be reached,
 * `deadline_exceeded` if the deadline passes, `cancelled` if the caller cancels, `unimplemented` if the
 * service does not have the method, and `internal` if its answer is invalid. The `cause` is a `RemoteError`.
 *
 * If the credentials of this service, not those of its caller, are refused, its code can catch
 * `unauthenticated` or `permission_denied`. Left uncaught, it reaches the caller as `internal`.
 *
 * @param service the contract
 * @param options where the service is; see {@link ClientOptions}
 * @throws DeclarationError for an invalid URL or number
 */
export function createClient<T extends object>(
  service: AnyServiceClass<T>,
  options: ClientOptions,
): RemoteService<T> {
  const { instance, close } = openClient(service, options);
  Object.defineProperty(instance, Symbol.asyncDispose, { value: () => close() });
  return instance as RemoteService<T>;
}
