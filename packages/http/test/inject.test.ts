import { createApp, Health, localCall, method, Service } from "@plinth/core";
import type { FastifyInstance } from "fastify";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ApiKeyAuthorizer, Authorizer, bindHttp, hashApiKey } from "../src/index.ts";
import { FastifyServer } from "../src/server/fastify-server.ts";
import { CapturedLogger } from "./things.ts";

const key = "k".repeat(30);

abstract class NoteService extends Service("notes", {
  readNote: method({
    http: "GET /notes/:id",
    public: true,
    input: z.object({ id: z.string() }),
    output: z.string(),
  }),
  writeNote: method({
    http: "POST /notes",
    headers: { idempotencyKey: "idempotency-key" },
    input: z.object({ text: z.string(), idempotencyKey: z.string().optional() }),
    output: z.string(),
  }),
}) {}

/** An app that listens to nothing but `inject`, as behind an adapter for functions. */
async function startNotes() {
  const logger = new CapturedLogger();
  let fastify: FastifyInstance | undefined;
  const signals: (AbortSignal | undefined)[] = [];
  const app = createApp({
    name: "notes",
    config: { port: 0 },
    logger,
    bindings: [
      (binder) => {
        binder.bind(NoteService).toValue({
          readNote: async ({ id }, options) => {
            signals.push(options?.signal);
            return id;
          },
          writeNote: async ({ text, idempotencyKey }) => `${text} ${idempotencyKey}`,
        });
        binder
          .bind(Authorizer)
          .toValue(
            new ApiKeyAuthorizer(async (hash) =>
              hash === hashApiKey(key) ? { hash, principal: { id: "writer" } } : undefined,
            ),
          );
      },
      bindHttp({
        serve: [NoteService],
        configure: (instance) => {
          fastify = instance;
        },
      }),
    ],
  });
  await app.start();
  onTestFinished(() => app.stop());
  if (fastify === undefined) throw new Error("configure was not called.");
  const access = () => logger.lines.filter(({ fields }) => "status" in fields);
  return { fastify, signals, access };
}

describe("an injected request is answered as one of a socket", () => {
  test("public methods, and their access lines and signals", async () => {
    const { fastify, signals, access } = await startNotes();
    const answer = await fastify.inject({ url: "/notes/1" });
    expect([answer.statusCode, answer.json()]).toEqual([200, "1"]);
    await expect.poll(() => access().length).toBe(1);
    expect(access()[0]).toMatchObject({ message: "GET /notes/:id 200" });
    expect(signals[0]?.aborted).toBe(false);
    const missing = await fastify.inject({ url: "/none" });
    expect(missing.json()).toMatchObject({ status: 404, code: "not_found" });
  });

  test("closed methods, with credentials and without", async () => {
    const { fastify, access } = await startNotes();
    const write = (headers: Record<string, string | string[]>) =>
      fastify.inject({ method: "POST", url: "/notes", headers, payload: { text: "a" } });
    expect((await write({})).statusCode).toBe(401);
    expect((await write({ "X-API-Key": key })).json()).toBe("a undefined");
    // A header that came twice is refused, as over a socket.
    expect((await write({ "x-api-key": [key, key] })).statusCode).toBe(401);
    await expect
      .poll(() => access().map(({ fields }) => fields["status"]))
      .toEqual([401, 200, 401]);
  });

  test("inputs from headers", async () => {
    const { fastify } = await startNotes();
    const headers = { "x-api-key": key, "Idempotency-Key": "k-1" };
    const answer = await fastify.inject({
      method: "POST",
      url: "/notes",
      headers,
      payload: { text: "a" },
    });
    expect(answer.json()).toBe("a k-1");
  });
});

test("headers may have the names of inherited properties", async () => {
  let seen: Readonly<Record<string, readonly string[] | undefined>> = {};
  class Seeing extends Authorizer {
    override async authorize(request: { headers: typeof seen }): Promise<{ id: string }> {
      seen = request.headers;
      return { id: "anybody" };
    }
  }
  const instance = localCall(NoteService, { readNote: async () => "", writeNote: async () => "" });
  const server = await FastifyServer.create(
    {
      services: [{ service: NoteService, instance, prefix: "" }],
      logger: new CapturedLogger(),
      health: new Health({ state: () => "running" }),
      authorizer: new Seeing(),
    },
    { host: "127.0.0.1", port: 0 },
  );
  await server.start();
  onTestFinished(() => server.close({ signal: AbortSignal.timeout(1_000) }));
  const answer = await fetch(`${server.url}/notes`, {
    method: "POST",
    headers: { "content-type": "application/json", constructor: "a", __proto__x: "c" },
    body: '{"text":"a"}',
  });
  expect(answer.status).toBe(200);
  expect([seen["constructor"], seen["__proto__x"], seen["toString"]]).toEqual([
    ["a"],
    ["c"],
    undefined,
  ]);
});
