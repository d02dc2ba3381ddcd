import { currentContext, type Binding, type MethodDescription } from "@plinth/core";
import { guardedCall } from "@plinth/core/transport";
import { RedirectingBinder } from "./redirecting-binder.ts";
import { checkPrincipal, checkScopes } from "../authorization/check-principal.ts";
import { refusal } from "../authorization/refusal.ts";

/** Refuses a call whose context has no principal that may make it. */
function requirePrincipal(method: MethodDescription): void {
  if (method.public) return;
  const principal = currentContext()?.principal;
  if (principal === undefined) {
    throw refusal("missing_credentials", "The call needs a principal, and its context has none.");
  }
  checkPrincipal(principal);
  checkScopes(method, principal);
}

/**
 * Checks calls between the services of one process like calls over HTTP: a closed method needs a principal in
 * the current context that has all scopes of the method. Without this binding, calls in process are not
 * checked, because their callers were deployed together with the service.
 *
 * Work of the process itself (jobs, event handlers, an authorizer that calls a service) has no principal.
 * Give it one with `runWithContext(createContext({ principal }), …)`.
 *
 * The `Authorizer` of the server judges requests over HTTP; they are not judged again. Bindings of other
 * tokens than contracts stay as they are.
 *
 * @param bindings the bindings of the app, or of the part whose contracts are to be guarded
 */
export function bindAuthorized(bindings: readonly Binding[]): Binding {
  return function bindAuthorized(binder) {
    const redirecting = new RedirectingBinder(binder, "Guarded");
    for (const binding of bindings) redirecting.install(binding);
    for (const { service, served } of redirecting.redirected) {
      binder
        .bind(service)
        .toFactory([served], (instance) => guardedCall(service, instance, requirePrincipal));
    }
  };
}
