import {
  currentContext,
  Health,
  localCall,
  method,
  Service,
  type Principal,
  type RequestContext,
} from "@plinth/core";
import { z } from "zod";
import type { Authorizer } from "../src/index.ts";
import { FastifyServer } from "../src/server/fastify-server.ts";
import type { HttpServerOptions } from "../src/server/http-options.ts";
import { CapturedLogger } from "./things.ts";

const Nothing = z.object({});
const Answer = z.object({ principalId: z.string().optional() });

/** One method that anybody may call, one for those who are known, one for those with scopes. */
export abstract class GuardedService extends Service("guarded", {
  open: method({ http: "GET /open", public: true, input: Nothing, output: Answer }),
  closed: method({ http: "GET /closed", input: Nothing, output: Answer }),
  scoped: method({
    http: "POST /scoped",
    scopes: ["things:read", "things:write"],
    input: z.object({ text: z.string() }),
    output: Answer,
  }),
}) {}

/** A server of `GuardedService`, with what a test wants to look at. */
export interface Guarded extends AsyncDisposable {
  readonly url: string;
  readonly logger: CapturedLogger;
  /** The contexts in which the implementation was called. */
  readonly calls: (RequestContext | undefined)[];
}

export async function startGuarded(
  authorizer: Authorizer | undefined,
  options: Partial<HttpServerOptions> = {},
): Promise<Guarded> {
  const calls: (RequestContext | undefined)[] = [];
  const answer = async (): Promise<{ principalId?: string }> => {
    const context = currentContext();
    calls.push(context);
    const principal: Principal | undefined = context?.principal;
    return principal === undefined ? {} : { principalId: principal.id };
  };
  const logger = new CapturedLogger();
  const instance = localCall(GuardedService, { open: answer, closed: answer, scoped: answer });
  const server = await FastifyServer.create(
    {
      services: [{ service: GuardedService, instance, prefix: "" }],
      logger,
      health: new Health({ state: () => "running" }),
      authorizer,
    },
    { host: "127.0.0.1", port: 0, ...options },
  );
  await server.start();
  return {
    url: server.url,
    logger,
    calls,
    [Symbol.asyncDispose]: () => server.close({ signal: AbortSignal.timeout(1_000) }),
  };
}
