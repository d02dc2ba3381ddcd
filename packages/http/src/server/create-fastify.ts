import { DeclarationError } from "@plinth/core";
import type { FastifyInstance } from "fastify";
import type { Authorizer } from "../authorization/authorizer.ts";
import { authorizerAdvice, closedMethods } from "../authorization/closed-methods.ts";
import type { RoutePattern } from "../request/allowed-methods.ts";
import { answerErrors } from "./answer-errors.ts";
import { answerUnrouted } from "./answer-unrouted.ts";
import { checkRoutes } from "./check-routes.ts";
import { Exchanges } from "./exchanges.ts";
import { addHealthRoutes } from "./health-routes.ts";
import type { HttpServerOptions } from "./http-options.ts";
import { takeEmptyBodies, takeJsonBodies } from "./json-body.ts";
import { addOpenApiRoutes } from "./openapi-routes.ts";
import { isExtended, openFastify } from "./open-fastify.ts";
import { followRequests, limitRequestsInFlight, receiveRequests } from "./request-hooks.ts";
import type { ServerParts } from "./server-parts.ts";
import { checkSettings } from "./server-settings.ts";
import { addServiceRoutes } from "./service-routes.ts";
import { addWebPlugins } from "./web-plugins.ts";

const defaultBodyLimit = 1_048_576;

/** A Fastify instance, and what follows its requests. */
export interface CreatedFastify {
  readonly fastify: FastifyInstance;
  readonly exchanges: Exchanges;
}

/**
 * Builds the Fastify instance with all routes, ready to listen.
 *
 * @throws DeclarationError for options that make no sense, for routes that are taken twice, and for closed
 *   methods without an authorizer
 */
export async function createFastify(
  parts: ServerParts,
  options: HttpServerOptions,
): Promise<CreatedFastify> {
  checkSettings(options, parts.services);
  checkRoutes(parts.services, options.openApi);
  const authorizer = authorizerOf(parts, options);
  await authorizer?.prepare();
  const bodyLimit = options.bodyLimit ?? defaultBodyLimit;
  const exchanges = new Exchanges(parts.logger, bodyLimit, authorizer?.schemes ?? []);
  const fastify = openFastify(options, bodyLimit, exchanges);
  const routes: RoutePattern[] = [];

  takeJsonBodies(fastify);
  answerErrors(fastify, exchanges, isExtended(options));
  fastify.setNotFoundHandler((request, reply) => answerUnrouted(request, reply, routes));

  // Fastify runs hooks in the order in which they are added.
  if (isExtended(options)) followRequests(fastify, exchanges);
  // Before refusals, which have to carry the headers of plugins as well: a page reads them too.
  await addWebPlugins(fastify, options);
  limitRequestsInFlight(fastify, exchanges, options.maxRequestsInFlight);
  await options.configure?.(fastify);
  receiveRequests(fastify, exchanges, routes, parts.admit, options.methodTimeout);

  routes.push(...addHealthRoutes(fastify, parts.health, exchanges));
  routes.push(...(await addContracts(fastify, parts, exchanges, authorizer)));
  if (options.openApi !== undefined) {
    const schemes = authorizer?.schemes ?? [];
    routes.push(...(await addOpenApiRoutes(fastify, parts.services, schemes, options.openApi)));
  }
  await fastify.ready();
  return { fastify, exchanges };
}

/** The authorizer to ask; `undefined` where all methods are public or declared to be open. */
function authorizerOf(
  { services, authorizer }: ServerParts,
  { authorization }: HttpServerOptions,
): Authorizer | undefined {
  if (authorization === "none") return undefined;
  const closed = closedMethods(services.map(({ service }) => service));
  if (closed.length > 0 && authorizer === undefined) {
    throw new DeclarationError(authorizerAdvice(closed));
  }
  return authorizer;
}

/** Adds the routes of all contracts, in a scope of their own: routes of `configure` read other bodies. */
async function addContracts(
  fastify: FastifyInstance,
  { services }: ServerParts,
  exchanges: Exchanges,
  authorizer: Authorizer | undefined,
): Promise<RoutePattern[]> {
  const routes: RoutePattern[] = [];
  await fastify.register(async (scope) => {
    takeEmptyBodies(scope);
    for (const service of services) {
      routes.push(...addServiceRoutes(scope, service, exchanges, authorizer));
    }
  });
  return routes;
}
