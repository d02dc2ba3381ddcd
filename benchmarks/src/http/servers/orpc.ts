import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OpenAPIHandler } from "@orpc/openapi/node";
import { ORPCError, os } from "@orpc/server";
import { z } from "zod";
import { logAccess, plainLogger, routeOf, type StartServer } from "../server-settings.ts";
import {
  locationOf,
  Thing,
  ThingCreated,
  ThingInput,
  ThingParameters,
  ThingStore,
} from "../thing.ts";

/** oRPC's handler for OpenAPI routes on Node's server. */
export const start: StartServer = async ({ logFile }) => {
  const store = new ThingStore();
  const router = {
    get: os
      .route({ method: "GET", path: "/things/{thingId}" })
      .input(ThingParameters)
      .output(Thing)
      .handler(({ input }) => {
        const found = store.get(input.thingId);
        if (found === undefined) throw new ORPCError("NOT_FOUND");
        return found;
      }),
    create: os
      .route({ method: "POST", path: "/things", successStatus: 201, outputStructure: "detailed" })
      .input(ThingInput)
      .output(z.object({ headers: z.object({ location: z.string() }), body: ThingCreated }))
      .handler(({ input }) => {
        const body = store.create(input);
        return { headers: { location: locationOf(body.thingId) }, body };
      }),
  };
  const handler = new OpenAPIHandler(router);
  const logger = logFile === undefined ? undefined : plainLogger(logFile);
  const server = createServer((request, response) => {
    if (logger !== undefined) {
      const begun = performance.now();
      const { method = "", url = "" } = request;
      response.once("close", () => {
        const duration = performance.now() - begun;
        const status = response.statusCode;
        logAccess(logger, { method, route: routeOf(url), path: url, status, duration });
      });
    }
    void handler.handle(request, response, { context: {} }).then(({ matched }) => {
      if (!matched) response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port };
};
