import type { FastifyReply, FastifyRequest } from "fastify";
import {
  methodNotAllowed,
  routeNotFound,
  TransportFaultError,
} from "../problem/transport-fault.ts";
import { allowedMethods, type RoutePattern } from "../request/allowed-methods.ts";
import { printablePath, routedPath } from "../request/routed-path.ts";

/**
 * Answers a request that no route takes, if it is OPTIONS: with the allowed methods.
 *
 * @throws TransportFaultError 404 or 405 for any other
 */
export function answerUnrouted(
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
