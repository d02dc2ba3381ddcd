import { Health, Logger, token, type Binder, type Binding } from "@plinth/core";
import { Authorizer } from "../authorization/authorizer.ts";
import type { ClientOptions } from "../client/client-options.ts";
import { bindClient } from "../client/bind-remote.ts";
import { FastifyServer } from "../server/fastify-server.ts";
import { LoopbackAuthorizer, LoopbackKey } from "./loopback-key.ts";
import { RedirectingBinder, type Redirected } from "./redirecting-binder.ts";

/** What `bindLoopback` can be told. */
export interface LoopbackOptions extends Omit<
  ClientOptions,
  "url" | "headers" | "forwardAuthorization" | "logger"
> {
  /**
   * `"none"` lets every call through. Default: where the bindings bind an `Authorizer`, a closed method
   * is for callers with a principal that has all scopes of the method, as it is over HTTP.
   */
  readonly authorization?: "none" | undefined;
}

/**
 * One server for each contract: with one for all, services that call one another would wait for
 * each other to be made.
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
      // Now and not in `start`: what is made next may call the service already.
      await made.start();
      return made;
    },
    drain: (made, hook) => made.drain(hook),
    close: (made, hook) => made.close(hook),
  });
  const headers: ClientOptions["headers"] = (call) => key.headersFor(call);
  const connect = ({ url }: FastifyServer): ClientOptions => ({ ...options, url, headers });
  // In the name of the caller: the principal travels along, as it does in process.
  binder.install(bindClient(service, [server], connect, true));
}

/**
 * Forces the calls between the services of one process through HTTP: a switch for tests, to see
 * that a monolith can be split before anybody splits it.
 *
 * Every contract that the given bindings bind is served on a free port of 127.0.0.1, to this process
 * alone, and whoever asks for the contract gets a client. All other bindings are left as they are.
 *
 * The principal travels along. Where the bindings bind an `Authorizer`, methods are closed as they are
 * over HTTP; credentials are not asked for again.
 *
 * @param bindings what the app, or the part of it, consists of
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
