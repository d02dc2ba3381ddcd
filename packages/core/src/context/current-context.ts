import { AsyncLocalStorage } from "node:async_hooks";

import type { RequestContext } from "./request-context.ts";

/** The fields that a context adds to each log line. */
export interface ContextFields {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly principalId: string | undefined;
}

/** One run inside a context, with a place for what the logger derives from the context once per run. */
export interface ContextFrame {
  readonly context: RequestContext;
  /** The clean fields of the context, and what cleaned them: most requests use one logger. */
  lineFields: ContextFields | undefined;
  cleanedBy: object | undefined;
}

const storage = new AsyncLocalStorage<ContextFrame | undefined>();

/** The frame of the current context; `undefined` outside of any. */
export function currentFrame(): ContextFrame | undefined {
  return storage.getStore();
}

/** The context of the request being served; `undefined` outside of any request. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore()?.context;
}

/**
 * Runs code inside a context. Promises, timers and streams that it starts see the context too, also after
 * `runWithContext` has returned.
 *
 * @param context The context, most often from `createContext`.
 * @param body The code to run.
 * @returns The result of `body`.
 * @throws The error of `body`.
 */
export function runWithContext<T>(context: RequestContext, body: () => T): T {
  return storage.run({ context, lineFields: undefined, cleanedBy: undefined }, body);
}

/**
 * Binds a callback to the current context, for callbacks that run elsewhere: listeners of an emitter that
 * outlives the request, jobs in a shared queue, pooled connections.
 *
 * @returns A function that calls the callback in the current context.
 */
export function bindContext<A extends readonly unknown[], R>(
  callback: (...values: A) => R,
): (...values: A) => R {
  const frame = storage.getStore();
  return (...values) => storage.run(frame, () => callback(...values));
}
