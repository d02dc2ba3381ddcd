import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Exchanges } from "./exchanges.ts";

/**
 * Answers all errors with problem documents.
 *
 * @param hasHooks whether there may be hooks that fail while such an answer is sent. Then each route has a
 *   handler of its own, and Fastify falls back to the one of the server
 */
export function answerErrors(
  fastify: FastifyInstance,
  exchanges: Exchanges,
  hasHooks: boolean,
): void {
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
