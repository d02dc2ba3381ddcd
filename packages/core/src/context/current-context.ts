import { AsyncLocalStorage } from "node:async_hooks";

import type { RequestContext } from "./request-context.ts";

/** The fields that a context adds to each log line. */
export interface ContextFields {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly principalId: string | undefined;
}

/** One run inside a context, with a place for what others derive from it once per run. */
export interface ContextFrame {
  readonly context: RequestContext;
  /** What the context adds to each line, and who made it fit to be written: most requests use one. */
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
 * Runs code inside a context. All that it starts (promises, timers, streams) sees the context too,
 * also after `runWithContext` has returned.
 *
 * @param context the context, most often from `createContext`
 * @param body what to run; its result is returned, its error thrown on
 */
export function runWithContext<T>(context: RequestContext, body: () => T): T {
  return storage.run({ context, lineFields: undefined, cleanedBy: undefined }, body);
}

/**
 * Ties a callback to the current context, for callbacks that are called from elsewhere: listeners
 * of an emitter that outlives the request, jobs put into a shared queue, pooled connections.
 *
 * @param callback called later with whatever its caller passes, in the context of this moment
 */
export function bindContext<A extends readonly unknown[], R>(
  callback: (...values: A) => R,
): (...values: A) => R {
  const frame = storage.getStore();
  return (...values) => storage.run(frame, () => callback(...values));
}
