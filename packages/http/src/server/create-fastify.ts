import type { IncomingMessage, ServerOptions } from "node:http";
import type { Health, Logger, Principal } from "@plinth/core";
import {
  fastify as createServer,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { Authorizer } from "../authorization/authorizer.ts";
import { authorizerAdvice, closedMethods } from "../authorization/closed-methods.ts";
import {
  methodNotAllowed,
  routeNotFound,
  TransportFaultError,
} from "../problem/transport-fault.ts";
import { allowedMethods, type RoutePattern } from "../request/allowed-methods.ts";
import { refuseUnsound } from "../request/refuse-unsound.ts";
import { deadlineOf } from "../request/request-headers.ts";
import { printablePath, routedPath } from "../request/routed-path.ts";
import { answerClientError } from "./client-error.ts";
import { Exchanges } from "./exchanges.ts";
import { addHealthRoutes } from "./health-routes.ts";
import type { HttpOptions } from "./http-options.ts";
import { forgetTypeOfNothing, takeEmptyBodies, takeJsonBodies } from "./json-body.ts";
import { Listener } from "./listener.ts";
import { addOpenApiRoutes } from "./openapi-routes.ts";
import { addWebPlugins } from "./web-plugins.ts";
import { checkRoutes } from "./check-routes.ts";
import { checkSettings } from "./server-settings.ts";
import { addServiceRoutes, type ServiceBinding } from "./service-routes.ts";

/** Whom `admit` has let in; empty for somebody who is nobody in particular. */
export interface Admitted {
  readonly principal?: Principal | undefined;
  /** The header by which the principal was established in the first place. */
  readonly authorization?: string | undefined;
}

/** What the routes work with. */
export interface ServerParts {
  readonly services: readonly ServiceBinding[];
  readonly logger: Logger;
  readonly health: Pick<Health, "liveness" | "readiness">;
  /** Judges callers. Absent: nobody does, which `authorization: "none"` has to confirm. */
  readonly authorizer?: Authorizer | undefined;
  /**
   * Lets in or refuses every request before anything else does, and says who it comes from. Absent:
   * all are let in. For servers that only their own process may call.
   *
   * @throws UnauthenticatedError for those that are not let in
   */
  readonly admit?: ((request: IncomingMessage) => Admitted) | undefined;
}

const defaultBodyLimit = 1_048_576;
const defaultRequestTimeout = 60_000;
/** Longer than load balancers keep connections, so that they are the ones to close them. */
const keepAliveTimeout = 72_000;

/** Answers a request that no route takes: OPTIONS with what is allowed, all others with a fault. */
function answerUnrouted(
  request: FastifyRequest,
  reply: FastifyReply,
  routes: readonly RoutePattern[],
): FastifyReply {
  const path = routedPath(request.raw.url ?? "");
  const allowed = allowedMethods(routes, path);
  if (allowed.length === 0) {
    throw new TransportFaultError(routeNotFound(request.method, printablePath(path)));
  }
  const allow = allowed.join(", ");
  if (request.method === "OPTIONS") return reply.code(204).header("allow", allow).send();
  throw new TransportFaultError(methodNotAllowed(request.method, allowed), { allow });
}

const noCompiler = (): never => {
  throw new TypeError("No route of this server has a JSON schema.");
};

/** Contracts are checked by zod. Loading the compilers that Fastify brings would be a tenth of a start. */
const withoutCompilers = { buildValidator: noCompiler, buildSerializer: noCompiler };

/** Whether others may add routes, which may have JSON schemas. */
function isExtended(options: Omit<HttpOptions, "serve">): boolean {
  const { configure, cors, securityHeaders, compression, openApi } = options;
  return [configure, cors, securityHeaders, compression, openApi?.docs].some(Boolean);
}

/**
 * Answers all errors with problem documents.
 *
 * @param hasHooks whether there may be hooks that fail while such an answer is sent. Then each route has a
 *   handler of its own, and the one of the server is what Fastify falls back to
 */
function answerErrors(fastify: FastifyInstance, exchanges: Exchanges, hasHooks: boolean): void {
  const send = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    exchanges.sendProblem(error, request, reply);
  };
  if (!hasHooks) {
    fastify.setErrorHandler(send);
    return;
  }
  fastify.setErrorHandler((error, request, reply) => {
    exchanges.writeProblem(error, request, reply);
  });
  const { errorHandler } = fastify;
  fastify.addHook("onRoute", (route) => {
    // Unless `configure` has set another one.
    if (fastify.errorHandler === errorHandler) route.errorHandler ??= send;
  });
}

/** What becomes of connections: Fastify leaves it to the server that it is given. */
function listenerOptions(options: Omit<HttpOptions, "serve">): ServerOptions {
  const requestTimeout = options.requestTimeout ?? defaultRequestTimeout;
  return {
    // Node would answer a missing Host header by itself, without a problem document.
    requireHostHeader: false,
    maxHeaderSize: options.headerLimit ?? 16_384,
    keepAliveTimeout,
    requestTimeout,
    headersTimeout: Math.min(60_000, requestTimeout),
    // Node looks for late requests every 30 seconds, however short the time is that they have.
    connectionsCheckingInterval: Math.min(30_000, Math.ceil(requestTimeout / 4)),
  };
}

/** Builds the Fastify instance with all routes, ready to listen. */
export async function createFastify(
  parts: ServerParts,
  options: Omit<HttpOptions, "serve">,
): Promise<{ fastify: FastifyInstance; exchanges: Exchanges }> {
  checkSettings(options, parts.services);
  const bodyLimit = options.bodyLimit ?? defaultBodyLimit;
  const authorizer = options.authorization === "none" ? undefined : parts.authorizer;
  const closed = closedMethods(parts.services.map(({ service }) => service));
  if (closed.length > 0 && authorizer === undefined && options.authorization !== "none") {
    throw new TypeError(authorizerAdvice(closed));
  }
  await authorizer?.prepare();
  const exchanges = new Exchanges(parts.logger, bodyLimit, authorizer?.schemes ?? []);
  const routes: RoutePattern[] = [];
  const { connections } = exchanges;
  const fastify = createServer({
    logger: false,
    bodyLimit,
    serverFactory: (handler) => new Listener(listenerOptions(options), handler, connections),
    trustProxy: [...(options.trustedProxies ?? [])],
    // Answered on their merits while the app stops; each answer then closes its connection.
    return503OnClosing: false,
    ...(isExtended(options) ? {} : { schemaController: { compilersFactory: withoutCompilers } }),
    // Longer than any path that passes Node's limit on headers: validation judges ids, not routing.
    routerOptions: { maxParamLength: 65_536 },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      exchanges.sendProblem(error, request, reply);
    },
  });
  takeJsonBodies(fastify);
  answerErrors(fastify, exchanges, isExtended(options));
  fastify.setNotFoundHandler((request, reply) => answerUnrouted(request, reply, routes));
  if (isExtended(options)) {
    // What plugins refuse is followed as well.
    fastify.addHook("onRequest", (request, reply, done) => {
      exchanges.of(request, reply);
      done();
    });
  }
  // Before refusals, which have to carry the headers of plugins as well: a page reads them too.
  await addWebPlugins(fastify, options);
  const { maxRequestsInFlight, methodTimeout } = options;
  if (maxRequestsInFlight !== undefined) {
    fastify.addHook("onRequest", (request, reply, done) => {
      exchanges.refuseBeyond(maxRequestsInFlight, exchanges.of(request, reply));
      done();
    });
  }
  await options.configure?.(fastify);
  fastify.addHook("onRequest", (request, reply, done) => {
    const exchange = exchanges.of(request, reply);
    try {
      refuseUnsound(request.raw);
      if (request.is404) {
        // Refused here, before the body is read and judged.
        answerUnrouted(request, reply, routes);
        return;
      }
      if (parts.admit !== undefined) {
        const { principal, authorization } = parts.admit(request.raw);
        exchange.accept(principal, authorization);
      }
      exchange.deadline = deadlineOf(request.headers, methodTimeout);
      forgetTypeOfNothing(request.headers);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  routes.push(...addHealthRoutes(fastify, parts.health, exchanges));
  checkRoutes(parts.services, options.openApi);
  // In a scope of their own: what they do with bodies is not for routes of `configure`.
  await fastify.register(async (scope) => {
    takeEmptyBodies(scope);
    for (const service of parts.services) {
      routes.push(...addServiceRoutes(scope, service, exchanges, authorizer));
    }
  });
  if (options.openApi !== undefined) {
    const schemes = authorizer?.schemes ?? [];
    routes.push(...(await addOpenApiRoutes(fastify, parts.services, schemes, options.openApi)));
  }
  await fastify.ready();
  return { fastify, exchanges };
}
