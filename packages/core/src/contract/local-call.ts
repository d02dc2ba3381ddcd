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

/** A method of an implementation. */
type Implementation = (input: unknown, options?: CallOptions) => unknown;

/**
 * One method for a transport: takes what came off the wire (parsed JSON, not checked yet). It hands
 * over its end instead of a promise, as every promise costs, the more so where a context follows it.
 *
 * @param input the input in the form that JSON carries
 * @param succeed called with what `JSON.stringify` can put on the wire; must not throw
 * @param fail called instead, with a service error; must not throw
 */
export type WireCall = (
  input: unknown,
  succeed: (output: unknown) => void,
  fail: (error: unknown) => void,
) => void;

const wireCallsKey: symbol = Symbol.for("plinth.wireCalls");
/**
 * On what stands in for an implementation in a test. It is called with what the caller wrote and
 * nothing more, as that is what the test asks about.
 */
const standInKey: symbol = Symbol.for("plinth.standIn");
const noOptions: CallOptions = Object.freeze({});

/** Asks the context for its signal only when the implementation does: most never do. */
class TransportOptions implements CallOptions {
  readonly #context: RequestContext;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  get signal(): AbortSignal | undefined {
    return this.#context.signal;
  }
}

/**
 * Runs the implementation under the caller's limits, in the context of the call.
 *
 * @param isTransport whether the caller is a transport: it opened the context itself, and when its
 *   signal falls nobody is left to be told, so the work is told and not raced
 */
function run(
  call: (options: CallOptions) => unknown,
  { signal: ownSignal, timeout: ownTimeout }: CallOptions,
  isTransport: boolean,
): unknown {
  const outer = currentContext();
  const isDerived = ownSignal !== undefined || ownTimeout !== undefined;
  const context =
    outer === undefined || isDerived
      ? beginContext({
          signal: ownSignal,
          deadline: ownTimeout === undefined ? undefined : Date.now() + ownTimeout,
        })
      : outer;
  const enter = (given: CallOptions): unknown =>
    context === outer ? call(given) : runWithContext(context, () => call(given));
  const begins = isTransport || outer === undefined;
  const inside = (given: CallOptions): unknown =>
    begins ? asRequest(context, () => enter(given)) : enter(given);
  const { deadline } = context;
  if (isTransport && deadline === undefined) return inside(new TransportOptions(context));
  const { signal } = context;
  if (deadline === undefined && signal === undefined) return inside(noOptions);
  const limits = { deadline, signal };
  const timeout = remainingTime(context);
  const limited = withinLimits(limits, async () => inside({ signal, timeout }));
  return context === outer ? limited : limited.finally(() => endContext(context));
}

/** Calls the implementation with input that was checked. */
type Invoke = (decoded: unknown, options: CallOptions, given: CallOptions) => unknown;

function createInvoke(target: object, name: string): Invoke {
  const methods = target as Readonly<Record<string, Implementation>>;
  // Looked up with each call, so that a spy that was put on the implementation meanwhile sees it.
  if (!(standInKey in target)) return (decoded, _options, given) => methods[name]?.(decoded, given);
  return (decoded, options) =>
    options === noOptions ? methods[name]?.(decoded) : methods[name]?.(decoded, options);
}

function createCall(target: object, name: string, codec: MethodCodec): Implementation {
  const invoke = createInvoke(target, name);
  return async (input, options = noOptions) => {
    try {
      const decoded = codec.decodeInput(codec.copyInput(input));
      const call = (given: CallOptions): unknown => invoke(decoded, options, given);
      return codec.decodeOutput(codec.encodeOutput(await run(call, options, false)));
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
      const result = run((given) => invoke(decoded, noOptions, given), noOptions, true);
      Promise.resolve(result).then(finish, refuse);
    } catch (error) {
      refuse(error);
    }
  };
}

/** Whether an instance is behind the checks of a contract already, by `localCall` or `remoteCall`. */
function isChecked(instance: object, contract: ContractDescription): boolean {
  return (
    Object.hasOwn(instance, wireCallsKey) &&
    Reflect.get(instance.constructor, contractKey) === contract
  );
}

/**
 * Lets an implementation be called in-process exactly as if it were remote.
 *
 * Input is checked strictly and output checked and stripped; neither is shared by reference. The
 * deadline and cancellation of the surrounding request, `options.timeout` and `options.signal` are
 * honored, whether or not the implementation looks at them. Whatever is thrown arrives as the
 * canonical class of its code, with the original as `cause`; what is not a service error arrives as
 * `internal` and says nothing. What is behind the checks of this contract already, such as a remote
 * client, is given back as it is.
 *
 * @param service the contract
 * @param implementation an object with the contract's methods
 * @returns an instance of the contract class
 * @throws DeclarationError when a method is missing
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

/** Keeps the methods for transports with the service, where `wireCalls` finds them. */
export function setWireCalls(instance: object, calls: ReadonlyMap<string, WireCall>): void {
  Object.defineProperty(instance, wireCallsKey, { value: calls });
}

/**
 * The methods of a service for a transport that receives calls, such as an HTTP server.
 *
 * @param service the contract
 * @param instance what is bound to it: what `localCall` or `remoteCall` made, or any object with
 *   its methods
 */
export function wireCalls<T extends object>(
  service: AnyServiceClass<T>,
  instance: T,
): ReadonlyMap<string, WireCall> {
  const known: unknown = Reflect.get(instance, wireCallsKey);
  if (known !== undefined) return known as ReadonlyMap<string, WireCall>;
  return Reflect.get(localCall(service, instance), wireCallsKey) as ReadonlyMap<string, WireCall>;
}
