import {
  createApp,
  createLogger,
  method,
  NotFoundError,
  Service,
  type Binding,
} from "@plinth/core";
import { bindHttp, HttpServer } from "@plinth/http";
import { destination } from "pino";
import type { StartServer } from "../server-settings.ts";
import { Thing, ThingCreated, ThingInput, ThingParameters, ThingStore } from "../thing.ts";

abstract class ThingService extends Service("things", {
  getThing: method({
    http: "GET /things/:thingId",
    public: true,
    input: ThingParameters,
    output: Thing,
    errors: ["not_found"],
  }),
  createThing: method({
    http: "POST /things",
    public: true,
    status: 201,
    location: "/things/:thingId",
    input: ThingInput,
    output: ThingCreated,
  }),
}) {}

class ThingServiceImpl implements ThingService {
  readonly #store = new ThingStore();

  async getThing({ thingId }: { thingId: string }): Promise<Thing> {
    const found = this.#store.get(thingId);
    if (found === undefined) throw new NotFoundError(`There is no thing "${thingId}".`);
    return found;
  }

  async createThing(input: ThingInput): Promise<{ thingId: string }> {
    return this.#store.create(input);
  }
}

const bindThingService: Binding = (binder) =>
  binder.bind(ThingService).toValue(new ThingServiceImpl());

/** Plinth as an app uses it, with everything that it does by itself. */
export const start: StartServer = async ({ logFile }) => {
  const logger = createLogger({
    name: "things",
    // Without lines for requests, as a service is run that leaves them to its load balancer.
    level: logFile === undefined ? "warn" : "info",
    destination: destination({ dest: logFile ?? "/dev/null", sync: true }),
  });
  const app = createApp({
    name: "things",
    config: { host: "127.0.0.1", port: 0 },
    bindings: [bindThingService, bindHttp({ serve: [ThingService] })],
    logger,
  });
  await app.start();
  return { port: app.get(HttpServer).address.port };
};
