import { appConfig, Health, Logger, required, type Binding, type Token } from "@plinth/core";
import { Authorizer } from "./authorization/authorizer.ts";
import { authorizerAdvice, closedMethods } from "./authorization/closed-methods.ts";
import { FastifyServer } from "./server/fastify-server.ts";
import { HttpServer } from "./server/http-server.ts";
import type { HttpOptions, ServedService } from "./server/http-options.ts";
import { serverSettings } from "./server/server-settings.ts";
import type { ServiceBinding } from "./server/service-routes.ts";

function served(entry: HttpOptions["serve"][number]): ServedService {
  return typeof entry === "function" ? { service: entry } : entry;
}

/**
 * Serves contracts over HTTP. Binds {@link HttpServer}, which listens once the app has started, on the `host`
 * and `port` of the app's configuration (default: 127.0.0.1 and 3000).
 *
 * @param options see {@link HttpOptions}
 */
export function bindHttp(options: HttpOptions): Binding {
  const services = options.serve.map(served);
  const tokens = services.map(({ service }): Token<object> => service);
  const closed = closedMethods(services.map(({ service }) => service));
  const needsAuthorizer = closed.length > 0 && options.authorization !== "none";
  if (needsAuthorizer) tokens.push(required(Authorizer, authorizerAdvice(closed)));
  return function bindHttp(binder) {
    binder.bind(HttpServer).toResource([appConfig, Logger, Health, ...tokens], {
      create: (config, logger, health, ...instances) => {
        const bindings = services.map(({ service, prefix }, index): ServiceBinding => ({
          service,
          instance: instances[index] as object,
          prefix: `${options.prefix ?? ""}${prefix ?? ""}`,
        }));
        const authorizer = needsAuthorizer ? (instances.at(-1) as Authorizer) : undefined;
        return FastifyServer.create(
          { services: bindings, logger, health, authorizer },
          serverSettings(options, config),
        );
      },
      start: (server) => server.start(),
      drain: (server, hook) => server.drain(hook),
      close: (server, hook) => server.close(hook),
    });
  };
}
