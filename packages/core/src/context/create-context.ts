import { randomUUID } from "node:crypto";

import type { LogWriter } from "../logger/log-writer.ts";
import { currentContext } from "./current-context.ts";
import { deadlineSignal, earliest, eitherSignal, joinSignals } from "./deadline-signal.ts";
import type { ContextInit, Principal, RequestContext } from "./request-context.ts";
import { continueTrace, parseTraceparent } from "./traceparent.ts";
import { limitTracestate } from "./tracestate.ts";

/**
 * A context that makes its ids and its signal on first use: a timer and random ids for each call would cost
 * more than the call.
 */
class DerivedContext implements RequestContext {
  readonly tracestate: string | undefined;
  readonly principal: Principal | undefined;
  readonly deadline: number | undefined;
  readonly logger: LogWriter | undefined;
  readonly #cancellation: AbortSignal | undefined;
  readonly #root: RequestContext;
  /** The `traceparent` to continue, if any. */
  readonly #incoming: string | undefined;
  #requestId: string | undefined;
  #traceparent: string | undefined;
  #signal: AbortSignal | undefined;
  #release: (() => void) | undefined;
  #leave: (() => void) | undefined;

  constructor(init: ContextInit, parent: RequestContext | undefined, willEnd: boolean) {
    this.#root = parent === undefined ? this : rootContext(parent);
    this.#requestId = init.requestId ?? parent?.requestId;
    this.#incoming = init.traceparent ?? parent?.traceparent;
    // A state belongs to its trace: without a valid trace it has no meaning, and the parent's state is of
    // no use for another trace.
    const inherited = init.traceparent === undefined ? parent?.tracestate : undefined;
    const state = init.tracestate ?? inherited;
    this.tracestate =
      state === undefined || parseTraceparent(this.#incoming) === undefined
        ? undefined
        : limitTracestate(state);
    this.principal = "principal" in init ? init.principal : parent?.principal;
    this.deadline = earliest(init.deadline, parent?.deadline);
    this.logger = init.logger ?? parent?.logger;
    const cancellation = cancellationOf(parent);
    if (willEnd) {
      const { signal, release } = joinSignals(init.signal, cancellation);
      this.#cancellation = signal;
      this.#leave = release;
    } else {
      this.#cancellation = eitherSignal(init.signal, cancellation);
    }
  }

  get requestId(): string {
    this.#requestId ??= randomUUID();
    return this.#requestId;
  }

  get traceparent(): string {
    this.#traceparent ??= continueTrace(this.#incoming);
    return this.#traceparent;
  }

  get signal(): AbortSignal | undefined {
    if (this.deadline === undefined) {
      return this.#cancellation;
    }
    if (this.#signal === undefined) {
      const { signal, release } = deadlineSignal(this.deadline, this.#cancellation);
      this.#signal = signal;
      this.#release = release;
    }
    return this.#signal;
  }

  static end(context: DerivedContext): void {
    context.#release?.();
    context.#leave?.();
  }

  static rootOf(context: DerivedContext): RequestContext {
    return context.#root;
  }

  static cancellationOf(context: DerivedContext): AbortSignal | undefined {
    return context.#cancellation;
  }
}

/**
 * The context with which the request began, and from which its others derive. It identifies the request.
 *
 * @param context Any context of the request.
 */
export function rootContext(context: RequestContext): RequestContext {
  return context instanceof DerivedContext ? DerivedContext.rootOf(context) : context;
}

/**
 * Ends a context together with the call for which it was made: stops the timer of its deadline. Otherwise
 * thousands of calls per second would each leave a timer behind for seconds.
 *
 * @param context A context made by {@link beginContext}.
 */
export function endContext(context: RequestContext): void {
  if (context instanceof DerivedContext) DerivedContext.end(context);
}

/** The signal that can abort a context beside its deadline, without starting the deadline's timer. */
function cancellationOf(context: RequestContext | undefined): AbortSignal | undefined {
  return context instanceof DerivedContext
    ? DerivedContext.cancellationOf(context)
    : context?.signal;
}

function parentOf({ parent }: ContextInit): RequestContext | undefined {
  return parent === undefined ? currentContext() : (parent ?? undefined);
}

/**
 * Makes a context: for a request from outside, or for one step of the current one.
 *
 * It derives from the current context unless `parent` names another one: it keeps the request id and the
 * principal, continues the trace under a new span id, can only shorten the deadline, and is aborted with the
 * parent. Without a parent it gets a new request id and, unless `traceparent` is valid, a new trace.
 *
 * @param init The fields of the context; `principal: undefined` drops the parent's principal.
 */
export function createContext(init: ContextInit = {}): RequestContext {
  return new DerivedContext(init, parentOf(init), false);
}

/**
 * As {@link createContext}, for a call that ends with {@link endContext}: the signals that cancel the context
 * hold nothing of it from then on.
 */
export function beginContext(init: ContextInit): RequestContext {
  return new DerivedContext(init, parentOf(init), true);
}

/**
 * The time left until a context's deadline, in milliseconds, never below 0; `undefined` without a deadline.
 *
 * @param context Default: the current one.
 */
export function remainingTime(
  context: RequestContext | undefined = currentContext(),
): number | undefined {
  return context?.deadline === undefined ? undefined : Math.max(0, context.deadline - Date.now());
}
