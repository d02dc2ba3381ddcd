import type { StartServer } from "../server-settings.ts";
import { jsonSchemas, locationOf, ThingStore, type ThingInput } from "../thing.ts";
import { createFastify, listen } from "./fastify-base.ts";

/** Fastify with JSON Schema both ways: what the others are compared to. */
export const start: StartServer = ({ logFile }) => {
  const store = new ThingStore();
  const server = createFastify(logFile);
  server.get<{ Params: { thingId: string } }>(
    "/things/:thingId",
    { schema: { params: jsonSchemas.parameters, response: { 200: jsonSchemas.thing } } },
    async (request, reply) => {
      const found = store.get(request.params.thingId);
      return found ?? reply.code(404).send({ message: "not found" });
    },
  );
  server.post<{ Body: ThingInput }>(
    "/things",
    { schema: { body: jsonSchemas.input, response: { 201: jsonSchemas.created } } },
    async (request, reply) => {
      const created = store.create(request.body);
      return reply.code(201).header("location", locationOf(created.thingId)).send(created);
    },
  );
  return listen(server);
};
