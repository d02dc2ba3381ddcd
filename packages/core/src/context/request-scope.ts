import { rootContext } from "./create-context.ts";
import { currentContext, runWithContext } from "./current-context.ts";
import type { RequestContext } from "./request-context.ts";

/** The instances of one request. */
export interface RequestScope {
  /** By the definition of each. */
  readonly instances: Map<object, unknown>;
  /** Dispose of the instances that need it, in the order in which they were made. */
  readonly disposers: (() => unknown)[];
}

// By root context: a call with a shorter deadline runs in its own context, but in the same request.
const scopes = new WeakMap<RequestContext, RequestScope>();
const running = new WeakMap<RequestContext, number>();
let isUsed = false;
const nothing = Promise.resolve();

/** Announces bindings in request scope; before that, the end of a request costs nothing. */
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
 * Ends a request: disposes of its request-scoped instances, in reverse order of creation. While the call with
 * which the request began still runs, nothing happens; they are disposed of when it ends.
 *
 * Servers do this by themselves, and so do calls from outside of any request. Call it in code that opens
 * contexts with `runWithContext`, such as jobs. Failures are logged.
 *
 * @param context Any context of the request.
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
 * Runs the call with which a request begins. The request ends with that call, not when its caller stops
 * waiting: the work goes on, and uses the instances of the request.
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
