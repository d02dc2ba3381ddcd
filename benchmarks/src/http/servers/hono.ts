import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { validator } from "hono/validator";
import type { AddressInfo } from "node:net";
import { logAccess, plainLogger, type StartServer } from "../server-settings.ts";
import {
  locationOf,
  Thing,
  ThingCreated,
  ThingInput,
  ThingParameters,
  ThingStore,
} from "../thing.ts";

/** Hono on Node, with zod both ways. */
export const start: StartServer = ({ logFile }) => {
  const store = new ThingStore();
  const app = new Hono();
  if (logFile !== undefined) {
    const logger = plainLogger(logFile);
    app.use(async (context, next) => {
      const begun = performance.now();
      await next();
      const { method, path } = context.req;
      const route = context.req.matchedRoutes.at(-1)?.path ?? path;
      const duration = performance.now() - begun;
      logAccess(logger, { method, route, path, status: context.res.status, duration });
    });
  }
  app.get(
    "/things/:thingId",
    validator("param", (value, context) => {
      const result = ThingParameters.safeParse(value);
      return result.success ? result.data : context.json({ message: "not valid" }, 400);
    }),
    (context) => {
      const found = store.get(context.req.valid("param").thingId);
      return found === undefined
        ? context.json({ message: "not found" }, 404)
        : context.json(Thing.parse(found));
    },
  );
  app.post(
    "/things",
    validator("json", (value, context) => {
      const result = ThingInput.safeParse(value);
      return result.success ? result.data : context.json({ message: "not valid" }, 400);
    }),
    (context) => {
      const created = ThingCreated.parse(store.create(context.req.valid("json")));
      return context.json(created, 201, { location: locationOf(created.thingId) });
    },
  );
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) =>
      resolve({ port }),
    );
  });
};
