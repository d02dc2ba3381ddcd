import {
  Health,
  localCall,
  method,
  Service,
  UnauthenticatedError,
  type Principal,
} from "@plinth/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Authorizer, type AuthorizationRequest } from "../src/index.ts";
import { FastifyServer } from "../src/server/fastify-server.ts";
import { rawRequest } from "./raw-request.ts";
import { CapturedLogger } from "./things.ts";

const Id = z.object({ id: z.string() });

abstract class DoorService extends Service("doors", {
  openDoor: method({ http: "GET /admin/doors/:id", input: Id, output: z.string() }),
  closeDoor: method({ http: "DELETE /admin/doors/:id", input: Id, output: z.void() }),
}) {}

/** Guards all that is below `/api/admin`, by the path. */
class PathAuthorizer extends Authorizer {
  readonly asked: AuthorizationRequest[] = [];
  override async authorize(request: AuthorizationRequest): Promise<Principal> {
    this.asked.push(request);
    if (request.path.startsWith("/api/admin/")) throw new UnauthenticatedError("Admins only.");
    return { id: "visitor" };
  }
}

async function startDoors() {
  const authorizer = new PathAuthorizer();
  const logger = new CapturedLogger();
  const instance = localCall(DoorService, {
    openDoor: async ({ id }) => id,
    closeDoor: async () => {},
  });
  const server = await FastifyServer.create(
    {
      services: [{ service: DoorService, instance, prefix: "/api" }],
      logger,
      health: new Health({ state: () => "running" }),
      authorizer,
    },
    { host: "127.0.0.1", port: 0, prefix: "/api" },
  );
  await server.start();
  const ask = (line: string) =>
    rawRequest(
      server.url,
      `${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
  return {
    authorizer,
    logger,
    ask,
    [Symbol.asyncDispose]: () => server.close({ signal: AbortSignal.timeout(1_000) }),
  };
}

describe("a path has one meaning, however it is spelled", () => {
  test.each([
    ["plain", "/api/admin/doors/1", "/api/admin/doors/1"],
    ["with a query", "/api/admin/doors/1?x=%2F", "/api/admin/doors/1"],
    ["a letter escaped", "/api/%61dmin/doors/1", "/api/admin/doors/1"],
    ["the prefix escaped", "/%61%70%69/admin/doors/1", "/api/admin/doors/1"],
    ["in absolute form", "http://other.test/api/admin/doors/1", "/api/admin/doors/1"],
    ["in absolute form, escaped", "HTTP://x/api/admin/%64oors/1?y", "/api/admin/doors/1"],
    ["a slash within a segment", "/api/admin/doors/a%2Fb", "/api/admin/doors/a%2Fb"],
    ["an escape that is escaped", "/api/admin/doors/%2561", "/api/admin/doors/%2561"],
    ["letters beyond ASCII", "/api/admin/doors/%C3%A9", "/api/admin/doors/é"],
    ["a line break", "/api/admin/doors/a%0Ab", "/api/admin/doors/a\nb"],
  ])("%s", async (_name, target, path) => {
    await using doors = await startDoors();
    expect((await doors.ask(`GET ${target}`)).status).toBe(401);
    expect(doors.authorizer.asked).toMatchObject([
      { method: "GET", path, service: "doors", operation: "openDoor" },
    ]);
    // The access line shows the same, in visible ASCII.
    const logged = path.replace("é", "%C3%A9").replace("\n", "%0A");
    expect(doors.logger.lines.at(-1)?.fields).toMatchObject({ path: logged, status: 401 });
    const allow = "DELETE, GET, HEAD, OPTIONS";
    const refused = await doors.ask(`POST ${target}`);
    expect([refused.status, refused.headers["allow"]]).toEqual([405, allow]);
    const options = await doors.ask(`OPTIONS ${target}`);
    expect([options.status, options.headers["allow"]]).toEqual([204, allow]);
  });

  test.each([
    ["a slash escaped", "/api%2Fadmin/doors/1"],
    ["another case", "/api/ADMIN/doors/1"],
    ["two slashes", "/api//admin/doors/1"],
    ["a slash at its end", "/api/admin/doors/1/"],
    ["dots", "/api/x/../admin/doors/1"],
    ["escaped twice", "/api/%2561dmin/doors/1"],
  ])("%s: no route, with any method", async (_name, target) => {
    await using doors = await startDoors();
    for (const verb of ["GET", "DELETE", "POST", "OPTIONS"]) {
      expect((await doors.ask(`${verb} ${target}`)).status).toBe(404);
    }
    expect(doors.authorizer.asked).toEqual([]);
  });
});
