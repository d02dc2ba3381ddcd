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

/** One call as a transport has to send it. */
export interface RemoteRequest {
  /** The checked input, in the form that JSON carries. */
  readonly input: unknown;
  /**
   * The request id, trace, deadline and signal to go by. The deadline is always set. The signal
   * falls at the deadline and when the caller cancels: nobody waits for an answer after that.
   */
  readonly context: RequestContext;
  /**
   * Checks what was received, already parsed, and removes fields that the contract does not have.
   *
   * @throws InternalError that names each bad field in its `internalDetails.errors`, no values
   */
  readonly readOutput: (received: unknown) => unknown;
}

/** Sends one call and gives what `readOutput` made of the answer; rejects with service errors. */
export type RemoteSend = (request: RemoteRequest) => Promise<unknown>;

/** How the calls of a contract leave the process. */
export interface RemoteTransport {
  /** How long a call may take for which the caller has set no limit, in milliseconds. */
  readonly defaultTimeout: number;
  /** Prepares the sending of one method. */
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
 * Makes a service out of a transport: the counterpart of `localCall` for what runs elsewhere.
 *
 * Input is checked before it is sent, and output when it arrives; the caller's deadline and
 * cancellation are honored, whatever the transport does.
 *
 * @param service the contract
 * @param transport how calls are sent
 * @returns an instance of the contract class
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
    // A server that hands its calls on to this one has them in the form of the wire already.
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
