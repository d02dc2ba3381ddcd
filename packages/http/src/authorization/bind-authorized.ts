import { currentContext, type Binding, type MethodDescription } from "@plinth/core";
import { guardedCall } from "@plinth/core/transport";
import { RedirectingBinder } from "../loopback/redirecting-binder.ts";
import { checkPrincipal, checkScopes } from "./check-principal.ts";
import { refusal } from "./refusal.ts";

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
 * Checks the calls between the services of one process as those over HTTP are checked: a closed method
 * is for the principal of the current context alone, and only with all scopes of the method. Without
 * this, calls in process are not checked: whoever makes them was deployed together with the service.
 *
 * What the process does by itself (jobs, handlers of events, an authorizer that calls a service) has no
 * principal: it gives itself one, by `runWithContext(createContext({ principal }), …)`.
 *
 * Requests over HTTP are judged by the `Authorizer` of their server, and not once more. All bindings
 * other than those of contracts are left as they are.
 *
 * @param bindings what the app, or the part of it whose contracts are guarded, consists of
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
