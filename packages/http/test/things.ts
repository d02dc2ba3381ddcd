import {
  AlreadyExistsError,
  Logger,
  Health,
  localCall,
  method,
  NotFoundError,
  Service,
  type AppState,
  type CallOptions,
  type LogFields,
} from "@plinth/core";
import { z } from "zod";
import type { HttpServer } from "../src/index.ts";
import { FastifyServer } from "../src/server/fastify-server.ts";
import type { HttpServerOptions } from "../src/server/http-options.ts";

const Thing = z.object({ thingId: z.string(), name: z.string() });
const CreateThing = z.object({
  name: z.string().min(1).max(20),
  size: z.number().optional(),
});
const FindThings = z.object({
  text: z.string().optional(),
  limit: z.number().int().max(10).default(5),
  exact: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  sizes: z.array(z.number()).optional(),
});
const ThingId = z.object({ thingId: z.string() });

abstract class ThingService extends Service("things", {
  createThing: method({
    http: "POST /things",
    status: 201,
    input: CreateThing,
    output: Thing,
    location: "/things/:thingId",
  }),
  getThing: method({ http: "GET /things/:thingId", input: ThingId, output: Thing }),
  findThings: method({
    http: "GET /things",
    input: FindThings,
    output: z.object({ input: z.any() }),
  }),
  renameThing: method({
    http: "PUT /things/:thingId",
    input: ThingId.extend({ name: z.string() }),
    output: z.any(),
  }),
  deleteThing: method({ http: "DELETE /things/:thingId", input: ThingId, output: z.void() }),
  getNumbered: method({
    http: "GET /numbers/:number/flags/:flag",
    input: z.object({ number: z.number(), flag: z.boolean() }),
    output: z.any(),
  }),
}) {}

/** What the tests' implementation can be told to do. */
export interface Behavior {
  /** Called by every method, before it answers. */
  onCall?: (options: CallOptions | undefined) => unknown;
}

class ThingServiceImpl implements ThingService {
  readonly behavior: Behavior;
  constructor(behavior: Behavior = {}) {
    this.behavior = behavior;
  }
  async createThing({ name }: z.infer<typeof CreateThing>, options?: CallOptions) {
    await this.behavior.onCall?.(options);
    if (name === "taken") {
      throw new AlreadyExistsError("There is a thing taken already.", { details: { name } });
    }
    return { thingId: `thing_${name}`, name };
  }
  async getThing({ thingId }: z.infer<typeof ThingId>, options?: CallOptions) {
    await this.behavior.onCall?.(options);
    if (thingId !== "a") throw new NotFoundError(`There is no such thing.`, { retryAfter: 1_500 });
    return { thingId, name: "A", secret: "never shown" };
  }
  async findThings(input: z.infer<typeof FindThings>) {
    return { input };
  }
  async renameThing(input: z.infer<typeof ThingId>) {
    return input;
  }
  async deleteThing() {}
  async getNumbered(input: unknown) {
    return input;
  }
}

/** One line of the captured log. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export class CapturedLogger extends Logger {
  readonly lines: Line[] = [];
  level = "info" as const;
  #add(level: string, message: string, fields: LogFields = {}): void {
    this.lines.push({ level, message, fields });
  }
  trace(message: string, fields?: LogFields): void {
    this.#add("trace", message, fields);
  }
  debug(message: string, fields?: LogFields): void {
    this.#add("debug", message, fields);
  }
  info(message: string, fields?: LogFields): void {
    this.#add("info", message, fields);
  }
  warn(message: string, fields?: LogFields): void {
    this.#add("warn", message, fields);
  }
  error(message: string, fields?: LogFields): void {
    this.#add("error", message, fields);
  }
  fatal(message: string, fields?: LogFields): void {
    this.#add("fatal", message, fields);
  }
  child(): Logger {
    return this;
  }
  isEnabled(): boolean {
    return true;
  }
}

/** A server on a free port, with what a test wants to look at. */
export interface Running extends AsyncDisposable {
  readonly server: HttpServer;
  readonly url: string;
  readonly logger: CapturedLogger;
  readonly behavior: Behavior;
  state: AppState;
}

export async function startServer(
  options: Partial<HttpServerOptions> & { prefix?: string } = {},
): Promise<Running> {
  const logger = new CapturedLogger();
  const behavior: Behavior = {};
  const app = { state: "running" as AppState };
  const health = new Health({ state: () => app.state });
  const instance = localCall(ThingService, new ThingServiceImpl(behavior));
  const server = await FastifyServer.create(
    {
      services: [{ service: ThingService, instance, prefix: options.prefix ?? "" }],
      logger,
      health,
    },
    { host: "127.0.0.1", port: 0, authorization: "none", ...options },
  );
  await server.start();
  return {
    server,
    url: server.url,
    logger,
    behavior,
    get state() {
      return app.state;
    },
    set state(state: AppState) {
      app.state = state;
    },
    [Symbol.asyncDispose]: () => server.close({ signal: AbortSignal.timeout(1_000) }),
  };
}
