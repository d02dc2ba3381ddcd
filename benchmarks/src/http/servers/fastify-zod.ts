import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
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

/** Fastify with the type provider for zod, which checks what comes in and what goes out. */
export const start: StartServer = ({ logFile }) => {
  const store = new ThingStore();
  const server = createFastify(logFile).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.get(
    "/things/:thingId",
    { schema: { params: ThingParameters, response: { 200: Thing, 404: Fault } } },
    async (request, reply) => {
      const found = store.get(request.params.thingId);
      return found ?? reply.code(404).send({ message: "not found" });
    },
  );
  server.post(
    "/things",
    { schema: { body: ThingInput, response: { 201: ThingCreated } } },
    async (request, reply) => {
      const created = store.create(request.body);
      return reply.code(201).header("location", locationOf(created.thingId)).send(created);
    },
  );
  return listen(server);
};
