import {
  AlreadyExistsError,
  createApp,
  method,
  NotFoundError,
  Service,
  UnavailableError,
  type App,
  type Binding,
  type CallOptions,
} from "@plinth/core";
import { z } from "zod";
import { bindHttp, HttpServer } from "../src/index.ts";

const Thing = z.object({ thingId: z.string(), name: z.string() });
const ThingId = z.object({ thingId: z.string() });
const day = z.codec(z.iso.date(), z.date(), {
  decode: (text) => new Date(`${text}T00:00:00Z`),
  encode: (date) => date.toISOString().slice(0, 10),
});
const Search = z.object({
  text: z.string().optional(),
  limit: z.number().default(5),
  exact: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  sizes: z.array(z.number()).optional(),
});

/** The contract of the client's tests: one method for every way in which a call can differ. */
export abstract class ThingService extends Service("things", {
  createThing: method({
    http: "POST /things",
    status: 201,
    input: z.object({ name: z.string().min(1).max(20), tags: z.array(z.string()).optional() }),
    output: Thing,
    public: true,
  }),
  getThing: method({
    http: "GET /things/:thingId",
    input: ThingId,
    output: Thing,
    idempotent: true,
    public: true,
  }),
  peekThing: method({
    http: "GET /things/:thingId/peek",
    input: ThingId,
    output: Thing,
    public: true,
  }),
  searchThings: method({
    http: "GET /things",
    input: Search,
    output: z.object({ seen: z.any() }),
    public: true,
  }),
  replaceThing: method({
    http: "PUT /shelves/:shelf/things/:flag",
    input: z.object({ shelf: z.number(), flag: z.boolean(), name: z.string() }),
    output: z.object({ seen: z.any() }),
    idempotent: true,
    public: true,
  }),
  deleteThing: method({
    http: "DELETE /things/:thingId",
    input: ThingId,
    output: z.void(),
    idempotent: true,
    public: true,
  }),
  birthday: method({
    http: "POST /birthday",
    input: z.object({ on: z.iso.date() }),
    output: z.object({ on: day }),
    public: true,
  }),
}) {}

/** What a test can tell the implementation, and learn from it. */
export interface Behavior {
  /** Called by every method that takes a thing's id, before it answers. */
  onCall?: (options: CallOptions | undefined) => unknown;
  calls: number;
}

class ThingServiceImpl implements ThingService {
  readonly behavior: Behavior;
  constructor(behavior: Behavior = { calls: 0 }) {
    this.behavior = behavior;
  }
  async createThing(input: { name: string; tags?: string[] | undefined }, options?: CallOptions) {
    this.behavior.calls += 1;
    await this.behavior.onCall?.(options);
    if (input.name === "taken") {
      throw new AlreadyExistsError("There is such a thing already.", {
        details: { name: input.name },
      });
    }
    const { name } = input;
    input.name = "changed by the callee";
    input.tags?.push("changed by the callee");
    return { thingId: `thing_${name}`, name, secret: "never shown" };
  }
  async getThing({ thingId }: z.infer<typeof ThingId>, options?: CallOptions) {
    this.behavior.calls += 1;
    await this.behavior.onCall?.(options);
    if (thingId === "missing") throw new NotFoundError("There is no such thing.");
    if (thingId === "busy") throw new UnavailableError("Too busy.", { retryAfter: 1_500 });
    if (thingId === "broken") throw new TypeError("password=hunter2");
    return { thingId, name: "A" };
  }
  async peekThing(input: z.infer<typeof ThingId>, options?: CallOptions) {
    return this.getThing(input, options);
  }
  async searchThings(input: z.infer<typeof Search>) {
    return { seen: input };
  }
  async replaceThing(input: unknown) {
    return { seen: input };
  }
  async deleteThing() {
    this.behavior.calls += 1;
  }
  async birthday({ on }: { on: string }) {
    return { on: new Date(`${on}T00:00:00Z`) };
  }
}

/** An app that serves {@link ThingService}. */
export interface RunningThings extends AsyncDisposable {
  readonly app: App;
  readonly url: string;
  readonly behavior: Behavior;
}

export async function serveThings(
  more: readonly Binding[] = [],
  prefix?: `/${string}`,
): Promise<RunningThings> {
  const behavior: Behavior = { calls: 0 };
  const app = createApp({
    name: "things",
    config: { host: "127.0.0.1", port: 0, logLevel: "fatal" },
    bindings: [
      (binder) => binder.bind(ThingService).toValue(new ThingServiceImpl(behavior)),
      bindHttp({
        serve: [ThingService],
        authorization: "none",
        ...(prefix === undefined ? {} : { prefix }),
      }),
      ...more,
    ],
  });
  await app.start();
  return {
    app,
    url: app.get(HttpServer).url,
    behavior,
    [Symbol.asyncDispose]: () => app.stop(),
  };
}
