import { beginContext, endContext, remainingTime } from "../context/create-context.ts";
import { currentContext, runWithContext } from "../context/current-context.ts";
import type { RequestContext } from "../context/request-context.ts";
import { asRequest } from "../context/request-scope.ts";
import { DeclarationError } from "../errors/declaration-error.ts";
import { callerError } from "./call-errors.ts";
import { withinLimits } from "./call-limits.ts";
import {
  contractKey,
  describeContract,
  type AnyServiceClass,
  type ContractDescription,
} from "./contract-description.ts";
import { createMethodCodec, type MethodCodec } from "./method-codec.ts";
import type { CallOptions } from "./method.ts";

/**
 * One method for a transport: takes what came off the wire (parsed JSON, not checked yet).
 *
 * It reports its end through callbacks instead of a promise: on Node 20 the context makes every promise cost
 * a hook. Without a promise here and in the server's handler, a GET runs at 0.76 of raw Fastify's speed; with
 * them, at 0.63 (`docs/performance.md`).
 *
 * @param input The input in the form that JSON carries.
 * @param succeed Called with what `JSON.stringify` can put on the wire. Must not throw.
 * @param fail Called instead, with a service error. Must not throw.
 */
export type WireCall = (
  input: unknown,
  succeed: (output: unknown) => void,
  fail: (error: unknown) => void,
) => void;

const wireCallsKey: symbol = Symbol.for("plinth.wireCalls");

/**
 * Marks an object that stands in for an implementation in a test: `mockOf` of `@plinth/testing` sets it. Such
 * an object is called with exactly what the caller wrote, without the options that `localCall` adds, so that
 * `expect(mock.method).toHaveBeenCalledWith(input)` holds.
 */
const standInKey: symbol = Symbol.for("plinth.standIn");

const noOptions: CallOptions = Object.freeze({});

/** Asks the context for its signal only when the implementation does, which most never do. */
class TransportOptions implements CallOptions {
  readonly #context: RequestContext;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  get signal(): AbortSignal | undefined {
    return this.#context.signal;
  }
}

/** Calls the implementation; takes the options for it. */
type Work = (options: CallOptions) => unknown;

/** Passes the limits of a context on to the work, and waits no longer than they allow. */
function runWithin(context: RequestContext, work: Work): unknown {
  const { deadline, signal } = context;
  if (deadline === undefined && signal === undefined) return work(noOptions);
  const timeout = remainingTime(context);
  return withinLimits({ deadline, signal }, async () => work({ signal, timeout }));
}

/** Runs a call of code in this process, in the context of its caller. */
function runForCaller(work: Work, { signal, timeout }: CallOptions): unknown {
  const outer = currentContext();
  if (outer === undefined) return runAsRequest(work, signal, timeout);
  if (signal === undefined && timeout === undefined) return runWithin(outer, work);
  const context = contextWith(signal, timeout);
  return runAndEnd(context, (options) => runWithContext(context, () => work(options)));
}

/** Runs a call from outside of any request: the call is a request of its own. */
function runAsRequest(
  work: Work,
  signal: AbortSignal | undefined,
  timeout: number | undefined,
): unknown {
  const context = contextWith(signal, timeout);
  return runAndEnd(context, (options) =>
    asRequest(context, () => runWithContext(context, () => work(options))),
  );
}

/** Runs a call of a transport, which has opened the context of the request. */
function runForTransport(work: Work): unknown {
  const context = currentContext();
  if (context === undefined) return runAsRequest(work, undefined, undefined);
  // Without a deadline only the transport aborts the signal, and then no caller is left to answer: the work
  // gets the signal, and its end is waited for.
  if (context.deadline === undefined) {
    return asRequest(context, () => work(new TransportOptions(context)));
  }
  return runWithin(context, (options) => asRequest(context, () => work(options)));
}

function contextWith(signal: AbortSignal | undefined, timeout: number | undefined): RequestContext {
  const deadline = timeout === undefined ? undefined : Date.now() + timeout;
  return beginContext({ signal, deadline });
}

/** Runs work within the limits of a context that was made for it. */
function runAndEnd(context: RequestContext, work: Work): unknown {
  const result = runWithin(context, work);
  const hasLimits = context.deadline !== undefined || context.signal !== undefined;
  return hasLimits ? (result as Promise<unknown>).finally(() => endContext(context)) : result;
}

/** A method of an implementation. */
type Implementation = (input: unknown, options?: CallOptions) => unknown;

/**
 * Calls the implementation with input that was checked.
 *
 * @param written The options that the caller wrote.
 * @param options The options for the implementation.
 */
type Invoke = (input: unknown, written: CallOptions, options: CallOptions) => unknown;

function createInvoke(target: object, name: string): Invoke {
  // Looked up with each call, so that a spy that was put on the implementation since sees the call.
  const methods = target as Readonly<Record<string, Implementation>>;
  if (!(standInKey in target)) {
    return (input, _written, options) => methods[name]?.(input, options);
  }
  return (input, written) =>
    written === noOptions ? methods[name]?.(input) : methods[name]?.(input, written);
}

function createCall(target: object, name: string, codec: MethodCodec): Implementation {
  const invoke = createInvoke(target, name);
  return async (input, written = noOptions) => {
    try {
      const decoded = codec.decodeInput(codec.copyInput(input));
      const result = await runForCaller((options) => invoke(decoded, written, options), written);
      return codec.decodeOutput(codec.encodeOutput(result));
    } catch (error) {
      throw callerError(error);
    }
  };
}

function createWireCall(target: object, name: string, codec: MethodCodec): WireCall {
  const invoke = createInvoke(target, name);
  return (input, succeed, fail) => {
    const refuse = (error: unknown): void => fail(callerError(error));
    const finish = (result: unknown): void => {
      let output: unknown;
      try {
        output = codec.encodeOutput(result);
      } catch (error) {
        refuse(error);
        return;
      }
      succeed(output);
    };
    try {
      const decoded = codec.decodeInput(input);
      const result = runForTransport((options) => invoke(decoded, noOptions, options));
      Promise.resolve(result).then(finish, refuse);
    } catch (error) {
      refuse(error);
    }
  };
}

/** Whether `localCall` or `remoteCall` has put an instance behind the checks of a contract already. */
function isChecked(instance: object, contract: ContractDescription): boolean {
  return (
    Object.hasOwn(instance, wireCallsKey) &&
    Reflect.get(instance.constructor, contractKey) === contract
  );
}

/**
 * Makes an implementation callable in process exactly as if it were remote.
 *
 * Inputs are checked strictly; outputs are checked, and lose undeclared fields. Neither is shared by reference.
 * The deadline and the signal of the surrounding request, `options.timeout` and `options.signal` end a call,
 * whether or not the implementation looks at them. An error arrives as the canonical class of its code, with
 * the original as `cause`; an error that is no service error arrives as `internal`, with a general message.
 *
 * @param service The contract.
 * @param implementation An object with the contract's methods.
 * @returns An instance of the contract class; the implementation itself if it is behind the checks of this
 *   contract already, as a remote client is.
 * @throws DeclarationError if a method is missing.
 */
export function localCall<T extends object>(service: AnyServiceClass<T>, implementation: T): T {
  const contract = describeContract(service);
  if (isChecked(implementation, contract)) return implementation;
  const missing = contract.methods.filter(
    ({ name }) => typeof Reflect.get(implementation, name) !== "function",
  );
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    throw new DeclarationError(
      `${implementation.constructor?.name ?? "The implementation"} does not implement ${service.name}: it lacks ${names}.`,
    );
  }
  const instance = Object.create(service.prototype as object) as T;
  const wireCalls = new Map<string, WireCall>();
  for (const method of contract.methods) {
    const codec = createMethodCodec(contract.name, method);
    wireCalls.set(method.name, createWireCall(implementation, method.name, codec));
    Object.defineProperty(instance, method.name, {
      value: createCall(implementation, method.name, codec),
      writable: true,
      configurable: true,
    });
  }
  setWireCalls(instance, wireCalls);
  return instance;
}

/** Stores the methods for transports on an instance, where {@link wireCalls} finds them. */
export function setWireCalls(instance: object, calls: ReadonlyMap<string, WireCall>): void {
  Object.defineProperty(instance, wireCallsKey, { value: calls });
}

/**
 * Returns the methods of a service for a transport that receives calls, such as an HTTP server.
 *
 * @param service The contract.
 * @param instance The instance that is bound to it: made by `localCall` or `remoteCall`, or any object with
 *   its methods.
 */
export function wireCalls<T extends object>(
  service: AnyServiceClass<T>,
  instance: T,
): ReadonlyMap<string, WireCall> {
  const known: unknown = Reflect.get(instance, wireCallsKey);
  if (known !== undefined) return known as ReadonlyMap<string, WireCall>;
  return Reflect.get(localCall(service, instance), wireCallsKey) as ReadonlyMap<string, WireCall>;
}
