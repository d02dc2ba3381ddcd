// What thing-service is made of, imported bare, with one route for health.
import "reflect-metadata";
import { fastify } from "fastify";
import { destination, pino } from "pino";
import { container } from "tsyringe";
import { z } from "zod";

const Config = z.object({ PORT: z.coerce.number(), HOST: z.string().default("127.0.0.1") });
const config = Config.parse(process.env);
container.registerInstance("logger", pino(destination({ fd: 1, sync: true })));
const server = fastify();
server.get("/health", async () => ({ status: "alive" }));
await server.listen({ port: config.PORT, host: config.HOST });
