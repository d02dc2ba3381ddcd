import express, { type ErrorRequestHandler } from "express";
import type { AddressInfo } from "node:net";
import { logAccess, plainLogger, type StartServer } from "../server-settings.ts";
import { locationOf, Thing, ThingCreated, ThingId, ThingInput, ThingStore } from "../thing.ts";

const onError: ErrorRequestHandler = (error: { status?: number }, _request, response, _next) => {
  response.status(error.status ?? 500).json({ message: "failed" });
};

/** Express 5 with zod both ways. */
export const start: StartServer = ({ logFile }) => {
  const store = new ThingStore();
  const app = express();
  if (logFile !== undefined) {
    const logger = plainLogger(logFile);
    app.use((request, response, next) => {
      const begun = performance.now();
      response.once("close", () => {
        const route = (request as { route?: { path?: string } }).route?.path ?? "";
        const duration = performance.now() - begun;
        const { method, path } = request;
        logAccess(logger, { method, route, path, status: response.statusCode, duration });
      });
      next();
    });
  }
  app.use(express.json());
  app.get("/things/:thingId", (request, response) => {
    const thingId = ThingId.safeParse(request.params.thingId);
    if (!thingId.success) {
      response.status(400).json({ message: "not valid" });
      return;
    }
    const found = store.get(thingId.data);
    if (found === undefined) response.status(404).json({ message: "not found" });
    else response.json(Thing.parse(found));
  });
  app.post("/things", (request, response) => {
    const input = ThingInput.safeParse(request.body);
    if (!input.success) {
      response.status(400).json({ message: "not valid" });
      return;
    }
    const created = ThingCreated.parse(store.create(input.data));
    response.status(201).location(locationOf(created.thingId)).json(created);
  });
  app.use(onError);
  return new Promise((resolve) => {
    const server = app.listen(0, "127.0.0.1", () =>
      resolve({ port: (server.address() as AddressInfo).port }),
    );
  });
};
