import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { RequestHandler } from "../src/dynamodb/request-handler.ts";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function serve(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({ close: () => server.close() && server.closeAllConnections() });
  return { server, port: (server.address() as AddressInfo).port };
}

function handlerOf(times = { connection: 5_000, request: 5_000 }): RequestHandler {
  const handler = new RequestHandler(times);
  open.push({ close: () => handler.destroy() });
  return handler;
}

function post(port: number, body = "{}") {
  return {
    protocol: "http:",
    hostname: "127.0.0.1",
    port,
    method: "POST",
    path: "/",
    headers: { "x-amz-target": "DynamoDB.GetItem" },
    body,
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const text = (body: Uint8Array): string => Buffer.from(body).toString();

test("sends what it is given and collects the answer", async () => {
  const { port } = await serve((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method, url, headers } = request;
      const seen = {
        method,
        url,
        target: headers["x-amz-target"],
        body: String(Buffer.concat(parts)),
      };
      response.writeHead(400, { "x-seen": "yes" });
      response.write(JSON.stringify(seen).slice(0, 10));
      setImmediate(() => response.end(JSON.stringify(seen).slice(10)));
    });
  });
  const query = { a: "b c", list: ["1", "!"], bare: null };
  const { response } = await handlerOf().handle({ ...post(port, '{"é":1}'), query });
  expect(response).toMatchObject({ statusCode: 400, headers: { "x-seen": "yes" } });
  expect(JSON.parse(text(response.body))).toEqual({
    method: "POST",
    url: "/?a=b%20c&list=1&list=%21&bare",
    target: "DynamoDB.GetItem",
    body: '{"é":1}',
  });
});

test("keeps its connections, and closes them in the end", async () => {
  let connections = 0;
  const { server, port } = await serve((_request, response) => void response.end("{}"));
  server.on("connection", () => {
    connections += 1;
  });
  const handler = handlerOf();
  for (let index = 0; index < 5; index += 1) await handler.handle(post(port));
  expect(connections).toBe(1);
  const closed = once(server, "close");
  server.close();
  handler.destroy();
  await closed;
});

test("gives up when no answer comes in time", async () => {
  const { port } = await serve(() => {});
  const waited = handlerOf({ connection: 5_000, request: 20 }).handle(post(port));
  await expect(waited).rejects.toMatchObject({ name: "TimeoutError" });
});

test("gives up when an answer stops in the middle", async () => {
  const { port } = await serve((_request, response) => void response.write("{"));
  const waited = handlerOf({ connection: 5_000, request: 50 }).handle(post(port));
  await expect(waited).rejects.toMatchObject({ name: "TimeoutError" });
});

test("tells of a connection that is cut, also within an answer", async () => {
  const { port } = await serve((request, response) => {
    if (request.headers["x-amz-target"] === undefined) request.socket.destroy();
    else
      response.writeHead(200, { "content-length": 10 }).write("{", () => request.socket.destroy());
  });
  const handler = handlerOf();
  const failure = { name: "TimeoutError", code: "ECONNRESET" };
  await expect(handler.handle({ ...post(port), headers: {} })).rejects.toMatchObject(failure);
  await expect(handler.handle(post(port))).rejects.toMatchObject(failure);
});

test("tells who does not listen", async () => {
  const { server, port } = await serve(() => {});
  server.close();
  await once(server, "close");
  await expect(handlerOf().handle(post(port))).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("stops when the caller does, before and within", async () => {
  const arrived = deferred();
  const cut = deferred();
  const { port } = await serve((request) => {
    request.socket.once("close", () => cut.resolve());
    arrived.resolve();
  });
  const controller = new AbortController();
  const handler = handlerOf();
  const waited = handler.handle(post(port), { abortSignal: controller.signal });
  void arrived.promise.then(() => controller.abort());
  await expect(waited).rejects.toMatchObject({ name: "AbortError" });
  await cut.promise;
  const again = handler.handle(post(port), { abortSignal: controller.signal });
  await expect(again).rejects.toMatchObject({ name: "AbortError" });
});
