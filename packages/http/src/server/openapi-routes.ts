import { loadPeer, rethrow } from "@plinth/support/load-peer";
import type { FastifyInstance } from "fastify";
import type { SecurityScheme } from "../authorization/security-scheme.ts";
import { openApiDocument, openApiText, type OpenApiDocument } from "../openapi/openapi-document.ts";
import type { RoutePattern } from "../request/allowed-methods.ts";
import type { OpenApiRouteOptions } from "./http-options.ts";
import type { ServiceBinding } from "./service-routes.ts";
import { missingPeer } from "./web-plugins.ts";

// The page loads nothing from other hosts, and no other page can frame it.
const pagePolicy = {
  "default-src": "'self'",
  "img-src": "'self' data:",
  "style-src": "'self' 'unsafe-inline'",
  "object-src": "'none'",
  "base-uri": "'none'",
  "frame-ancestors": "'none'",
};

async function addPage(
  fastify: FastifyInstance,
  document: OpenApiDocument,
  path: string,
): Promise<void> {
  const neededBy = `The page at ${path}`;
  const swagger = await loadPeer({
    name: "@fastify/swagger",
    neededBy,
    load: () => import("@fastify/swagger").catch(rethrow),
    missing: missingPeer,
  });
  const page = await loadPeer({
    name: "@fastify/swagger-ui",
    neededBy,
    load: () => import("@fastify/swagger-ui").catch(rethrow),
    missing: missingPeer,
  });
  await fastify.register(async (scope) => {
    await scope.register(swagger.default, {
      mode: "static",
      // The plugin changes the document that it gets; the served one stays as it is.
      specification: { document: structuredClone(document) as never },
    });
    await scope.register(page.default, {
      routePrefix: path,
      staticCSP: pagePolicy,
      uiConfig: { displayRequestDuration: true, tryItOutEnabled: true },
    });
  });
}

/**
 * Adds the OpenAPI document and its page.
 *
 * @returns the patterns of the routes
 */
export async function addOpenApiRoutes(
  fastify: FastifyInstance,
  services: readonly ServiceBinding[],
  schemes: readonly SecurityScheme[],
  options: OpenApiRouteOptions,
): Promise<RoutePattern[]> {
  const { path = "/openapi.json", docs } = options;
  const document = openApiDocument(services, options, { schemes });
  const text = openApiText(document);
  fastify.get(path, (_request, reply) =>
    reply.header("content-type", "application/json; charset=utf-8").send(text),
  );
  const routes = [{ httpMethod: "GET", path }];
  if (docs === undefined) return routes;
  await addPage(fastify, document, docs);
  return [...routes, { httpMethod: "GET", path: docs }];
}
