import { beginContext, endContext } from "../context/create-context.ts";
import { currentContext } from "../context/current-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { toServiceError } from "../errors/to-service-error.ts";
import { withinLimits } from "./call-limits.ts";
import {
  describeContract,
  type AnyServiceClass,
  type ContractDescription,
  type MethodDescription,
} from "./contract-description.ts";
import { setWireCalls, type WireCall } from "./local-call.ts";
import { createMethodCodec, type MethodCodec } from "./method-codec.ts";
import type { CallOptions } from "./method.ts";

/** One call for a transport to send. */
export interface RemoteRequest {
  /** The checked input, in the form that JSON carries. */
  readonly input: unknown;
  /**
   * Request id, trace, deadline and signal of the call. The deadline is always set. The signal is aborted at
   * the deadline and when the caller cancels; the answer is of no use after that.
   */
  readonly context: RequestContext;
  /**
   * Checks the output that was received, already parsed, and removes undeclared fields.
   *
   * @throws InternalError that names each bad field in its `internalDetails.errors`, without values.
   */
  readonly readOutput: (received: unknown) => unknown;
}

/** Sends one call. Returns the result of `readOutput`; rejects with service errors. */
export type RemoteSend = (request: RemoteRequest) => Promise<unknown>;

/** Sends the calls of a contract to another process. */
export interface RemoteTransport {
  /** How long a call without a deadline may take, in milliseconds. */
  readonly defaultTimeout: number;
  /** Makes the function that sends the calls of one method. */
  readonly createSend: (method: MethodDescription, contract: ContractDescription) => RemoteSend;
}

function contextOf(options: CallOptions | undefined, defaultTimeout: number): RequestContext {
  const current = currentContext();
  const { signal, timeout } = options ?? {};
  if (signal === undefined && timeout === undefined && current?.deadline !== undefined) {
    return current;
  }
  const limit = timeout ?? (current?.deadline === undefined ? defaultTimeout : undefined);
  return beginContext({
    signal,
    deadline: limit === undefined ? undefined : Date.now() + limit,
  });
}

function createCall(
  codec: MethodCodec,
  send: RemoteSend,
  defaultTimeout: number,
  isTransport: boolean,
): (input: unknown, options?: CallOptions) => Promise<unknown> {
  return async (input, options) => {
    try {
      const own = isTransport ? input : codec.copyInput(input);
      codec.decodeInput(own);
      const outer = currentContext();
      const context = contextOf(options, defaultTimeout);
      const { deadline, signal } = context;
      try {
        const output = await withinLimits({ deadline, signal }, () =>
          send({ input: own, context, readOutput: (received) => codec.readOutput(received) }),
        );
        return isTransport ? codec.encodeOutput(output) : output;
      } finally {
        if (context !== outer) endContext(context);
      }
    } catch (error) {
      throw toServiceError(error);
    }
  };
}

/**
 * Makes a client of a service that runs elsewhere: the counterpart of `localCall`.
 *
 * Inputs are checked before they are sent, and outputs when they arrive. The caller's deadline and signal end a
 * call, whether or not the transport looks at them.
 *
 * @param service The contract.
 * @param transport Sends the calls.
 * @returns An instance of the contract class.
 */
export function remoteCall<T extends object>(
  service: AnyServiceClass<T>,
  transport: RemoteTransport,
): T {
  const contract = describeContract(service);
  const instance = Object.create(service.prototype as object) as T;
  const wireCalls = new Map<string, WireCall>();
  for (const method of contract.methods) {
    const codec = createMethodCodec(contract.name, method);
    const send = transport.createSend(method, contract);
    const { defaultTimeout } = transport;
    // A server that forwards calls to this client has them in the form of the wire already.
    const forward = createCall(codec, send, defaultTimeout, true);
    wireCalls.set(method.name, (input, succeed, fail) => {
      forward(input).then(succeed, fail);
    });
    Object.defineProperty(instance, method.name, {
      value: createCall(codec, send, defaultTimeout, false),
      writable: true,
      configurable: true,
    });
  }
  setWireCalls(instance, wireCalls);
  return instance;
}
