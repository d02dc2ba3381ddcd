import { rootContext } from "./create-context.ts";
import { currentContext, runWithContext } from "./current-context.ts";
import type { RequestContext } from "./request-context.ts";

/** What was made for one request. */
export interface RequestScope {
  /** By whatever tells one kind of instance from another. */
  readonly instances: Map<object, unknown>;
  /** What disposes of the instances that need it, in the order in which they were made. */
  readonly disposers: (() => unknown)[];
}

// By the root: a call with a shorter deadline runs in a context of its own, but in the same request.
const scopes = new WeakMap<RequestContext, RequestScope>();
const running = new WeakMap<RequestContext, number>();
let isUsed = false;
const nothing = Promise.resolve();

/** Says that there are bindings in request scope; until then, ends of requests cost nothing. */
export function expectRequestScope(): void {
  isUsed = true;
}

/** The scope of the current request; `undefined` outside of any. */
export function currentRequestScope(): RequestScope | undefined {
  const context = currentContext();
  if (context === undefined) return undefined;
  const root = rootContext(context);
  const known = scopes.get(root);
  if (known !== undefined) return known;
  const made: RequestScope = { instances: new Map(), disposers: [] };
  scopes.set(root, made);
  return made;
}

/**
 * Says that a request is over: what was made for it in request scope is disposed of, last made first.
 * While a call still runs with which the request began, nothing happens: its end disposes.
 *
 * Servers and calls from outside of any request do it by themselves. It is for those who open contexts
 * of their own with `runWithContext`, such as jobs. What fails is logged.
 *
 * @param context any context of the request
 */
export function endRequest(context: RequestContext): Promise<void> {
  return isUsed ? dispose(context) : nothing;
}

async function dispose(context: RequestContext): Promise<void> {
  const root = rootContext(context);
  const scope = scopes.get(root);
  if (scope === undefined || running.has(root)) return;
  scopes.delete(root);
  await runWithContext(root, async () => {
    for (const disposeOne of scope.disposers.toReversed()) await disposeOne();
  });
}

/**
 * Runs the call with which a request begins. The request is over when that call is: not when its caller
 * stops waiting, as the work goes on with what was made for it.
 */
export function asRequest(context: RequestContext, call: () => unknown): unknown {
  return isUsed ? untilEnd(rootContext(context), call) : call();
}

async function untilEnd(root: RequestContext, call: () => unknown): Promise<unknown> {
  running.set(root, (running.get(root) ?? 0) + 1);
  try {
    return await call();
  } finally {
    const others = (running.get(root) ?? 1) - 1;
    if (others > 0) running.set(root, others);
    else running.delete(root);
    await endRequest(root);
  }
}
