import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import { fastify, type FastifyInstance } from "fastify";
import { accessMessage, plainLogger, type RunningServer } from "../server-settings.ts";

/** Fastify as one sets it up for the work of the comparison: no coercion, nothing dropped in silence. */
export function createFastify(logFile: string | undefined): FastifyInstance {
  const server = fastify({
    ...(logFile === undefined
      ? { logger: false }
      : {
          loggerInstance: plainLogger(logFile),
          disableRequestLogging: true,
          requestIdLogLabel: "requestId",
          genReqId: () => randomUUID(),
        }),
    routerOptions: { maxParamLength: 1_000 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  }) as unknown as FastifyInstance;
  if (logFile !== undefined) {
    server.addHook("onResponse", (request, reply, done) => {
      const access = {
        method: request.method,
        route: request.routeOptions.url ?? "",
        path: request.url,
        status: reply.statusCode,
        duration: reply.elapsedTime,
      };
      request.log.info(access, accessMessage(access));
      done();
    });
  }
  return server;
}

export async function listen(server: FastifyInstance): Promise<RunningServer> {
  await server.listen({ port: 0, host: "127.0.0.1" });
  return { port: (server.server.address() as AddressInfo).port };
}
