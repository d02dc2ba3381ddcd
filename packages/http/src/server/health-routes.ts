import type { Health, HealthReport } from "@plinth/core";
import type { FastifyInstance } from "fastify";
import type { RoutePattern } from "../request/allowed-methods.ts";
import { healthPaths, type Exchanges } from "./exchanges.ts";

/** The report. Once the app begins to stop, it does not wait for slow checks. */
function reportOf(health: Pick<Health, "readiness">, exchanges: Exchanges): Promise<HealthReport> {
  return new Promise((resolve, reject) => {
    const forget = exchanges.whenDraining(() => resolve(health.readiness()));
    health.readiness().then(resolve, reject).finally(forget);
  });
}

/**
 * Adds `GET /health` (200 while the process answers) and `GET /ready` (200 if the app is ready, else 503,
 * both with the report).
 */
export function addHealthRoutes(
  fastify: FastifyInstance,
  health: Pick<Health, "liveness" | "readiness">,
  exchanges: Exchanges,
): RoutePattern[] {
  fastify.get("/health", (_request, reply) =>
    reply.header("cache-control", "no-store").send(health.liveness()),
  );
  fastify.get("/ready", async (_request, reply) => {
    const report = await reportOf(health, exchanges);
    return reply
      .code(report.status === "ready" ? 200 : 503)
      .header("cache-control", "no-store")
      .send(report);
  });
  return healthPaths.map((path) => ({ httpMethod: "GET", path }));
}
