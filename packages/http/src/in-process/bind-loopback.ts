import { Health, Logger, token, type Binder, type Binding } from "@plinth/core";
import { Authorizer } from "../authorization/authorizer.ts";
import type { ClientOptions } from "../client/client-options.ts";
import { bindClient } from "../client/bind-remote.ts";
import { FastifyServer } from "../server/fastify-server.ts";
import { LoopbackAuthorizer, LoopbackKey } from "./loopback-key.ts";
import { RedirectingBinder, type Redirected } from "./redirecting-binder.ts";

/** Options of `bindLoopback`. */
export interface LoopbackOptions extends Omit<
  ClientOptions,
  "url" | "headers" | "forwardAuthorization" | "logger"
> {
  /**
   * `"none"` accepts every call. Default: if the bindings bind an `Authorizer`, a closed method needs a
   * principal that has all scopes of the method, as over HTTP.
   */
  readonly authorization?: "none" | undefined;
}

/**
 * Each contract has its own server: with a shared one, services that call each other would wait for each
 * other at creation.
 */
function bindOne(
  binder: Binder,
  { service, served }: Redirected,
  options: Omit<LoopbackOptions, "authorization">,
  isChecked: boolean,
): void {
  const key = new LoopbackKey();
  const server = token<FastifyServer>(`the loopback server of ${service.name}`);
  binder.bind(server).toResource([Logger, Health, served], {
    create: async (logger, health, instance) => {
      const made = await FastifyServer.create(
        {
          services: [{ service: served, instance, prefix: "" }],
          logger,
          health,
          admit: (request) => key.admit(request),
          authorizer: isChecked ? new LoopbackAuthorizer() : undefined,
        },
        { host: "127.0.0.1", port: 0, ...(isChecked ? {} : { authorization: "none" }) },
      );
      // Not in `start`: the next instances may call the service when they are created.
      await made.start();
      return made;
    },
    drain: (made, hook) => made.drain(hook),
    close: (made, hook) => made.close(hook),
  });
  const headers: ClientOptions["headers"] = (call) => key.headersFor(call);
  const connect = ({ url }: FastifyServer): ClientOptions => ({ ...options, url, headers });
  // On behalf of the caller: the principal travels along, as in process.
  binder.install(bindClient(service, [server], connect, true));
}

/**
 * Sends calls between the services of one process over HTTP. Use it in tests, to see that a monolith can be
 * split before you split it.
 *
 * Each contract that the given bindings bind is served on a free port of 127.0.0.1, to this process only, and
 * dependents get a client. All other bindings stay as they are.
 *
 * The principal travels along. If the bindings bind an `Authorizer`, methods are closed as over HTTP, without
 * asking for credentials again.
 *
 * @param bindings the bindings of the app, or of a part of it
 * @param options for all clients; see `ClientOptions`
 */
export function bindLoopback(bindings: readonly Binding[], options: LoopbackOptions = {}): Binding {
  return function bindLoopback(binder) {
    const { authorization, ...clientOptions } = options;
    const redirecting = new RedirectingBinder(binder, "Served");
    for (const binding of bindings) redirecting.install(binding);
    const isChecked = authorization !== "none" && redirecting.has(Authorizer);
    for (const redirected of redirecting.redirected) {
      bindOne(binder, redirected, clientOptions, isChecked);
    }
  };
}
