import type { FastifyInstance } from "fastify";
import type { RoutePattern } from "../request/allowed-methods.ts";
import { mayHoldBody, refuseBody, refuseUnsound } from "../request/refuse-unsound.ts";
import { deadlineOf } from "../request/request-headers.ts";
import { answerUnrouted } from "./answer-unrouted.ts";
import type { Exchanges } from "./exchanges.ts";
import { forgetTypeOfNothing } from "./json-body.ts";
import type { ServerParts } from "./server-parts.ts";

/** Opens the exchange of each request first, so that refusals of plugins are logged and counted too. */
export function followRequests(fastify: FastifyInstance, exchanges: Exchanges): void {
  fastify.addHook("onRequest", (request, reply, done) => {
    exchanges.of(request, reply);
    done();
  });
}

/** Refuses requests while too many are in flight. */
export function limitRequestsInFlight(
  fastify: FastifyInstance,
  exchanges: Exchanges,
  max: number | undefined,
): void {
  if (max === undefined) return;
  fastify.addHook("onRequest", (request, reply, done) => {
    exchanges.refuseBeyond(max, exchanges.of(request, reply));
    done();
  });
}

/**
 * Prepares each request before its body is read: refuses what is unsound or has no route, notes the caller
 * that `admit` accepts, and starts the deadline.
 *
 * @param routes the routes that exist when a request arrives; more may be added until the server listens
 */
export function receiveRequests(
  fastify: FastifyInstance,
  exchanges: Exchanges,
  routes: readonly RoutePattern[],
  admit: ServerParts["admit"],
  methodTimeout: number | undefined,
): void {
  fastify.addHook("onRequest", (request, reply, done) => {
    const exchange = exchanges.of(request, reply);
    try {
      refuseUnsound(request.raw);
      if (request.is404) {
        // Refused here, before the body is read and judged.
        answerUnrouted(request, reply, routes);
        return;
      }
      if (admit !== undefined) {
        const { principal, authorization } = admit(request.raw);
        exchange.accept(principal, authorization);
      }
      exchange.deadline = deadlineOf(request.headers, methodTimeout);
      forgetTypeOfNothing(request.headers);
      if (mayHoldBody(request.raw)) refuseBody(request.raw, done);
      else done();
    } catch (error) {
      done(error as Error);
    }
  });
}
