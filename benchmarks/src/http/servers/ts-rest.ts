import { initContract } from "@ts-rest/core";
import { initServer } from "@ts-rest/fastify";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { StartServer } from "../server-settings.ts";
import {
  locationOf,
  Thing,
  ThingCreated,
  ThingInput,
  ThingParameters,
  ThingStore,
} from "../thing.ts";
import { createFastify, listen } from "./fastify-base.ts";

const Fault = z.object({ message: z.string() });

const contract = initContract().router({
  get: {
    method: "GET",
    path: "/things/:thingId",
    pathParams: ThingParameters,
    responses: { 200: Thing, 404: Fault },
  },
  create: { method: "POST", path: "/things", body: ThingInput, responses: { 201: ThingCreated } },
});

/** ts-rest on Fastify, with its check of answers switched on. */
export const start: StartServer = async ({ logFile }) => {
  const store = new ThingStore();
  const server = createFastify(logFile);
  const rest = initServer();
  const router = rest.router(contract, {
    get: async ({ params }) => {
      const found = store.get(params.thingId);
      return found === undefined
        ? { status: 404, body: { message: "not found" } }
        : { status: 200, body: found };
    },
    create: async ({ body, reply }) => {
      const created = store.create(body);
      (reply as unknown as FastifyReply).header("location", locationOf(created.thingId));
      return { status: 201, body: created };
    },
  });
  rest.registerRouter(contract, router, server, { responseValidation: true });
  return listen(server);
};
