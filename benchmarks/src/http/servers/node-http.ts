import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { logAccess, plainLogger, routeOf, type StartServer } from "../server-settings.ts";
import { locationOf, ThingStore, type ThingInput } from "../thing.ts";

function isText(value: unknown, least: number, most: number): value is string {
  return typeof value === "string" && value.length >= least && value.length <= most;
}

function isInput(value: unknown): value is ThingInput {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { name, description } = value as Record<string, unknown>;
  return Object.keys(value).length === 2 && isText(name, 1, 100) && isText(description, 0, 1_000);
}

function send(response: ServerResponse, status: number, body: object, location?: string): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...(location === undefined ? {} : { location }),
  });
  response.end(text);
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => resolve(text));
    request.on("error", reject);
  });
}

async function create(
  store: ThingStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let input: unknown;
  try {
    input = JSON.parse(await readBody(request));
  } catch {
    send(response, 400, { message: "no JSON" });
    return;
  }
  if (!isInput(input)) {
    send(response, 400, { message: "not valid" });
    return;
  }
  const { thingId } = store.create(input);
  send(response, 201, { thingId }, locationOf(thingId));
}

function get(store: ThingStore, text: string, response: ServerResponse): void {
  const thingId = decodeURIComponent(text);
  if (!isText(thingId, 1, 106)) {
    send(response, 400, { message: "not valid" });
    return;
  }
  const found = store.get(thingId);
  if (found === undefined) {
    send(response, 404, { message: "not found" });
    return;
  }
  send(response, 200, {
    thingId: found.thingId,
    name: found.name,
    description: found.description,
  });
}

/** Node's own server with checks written by hand: the floor. */
export const start: StartServer = async ({ logFile }) => {
  const store = new ThingStore();
  const logger = logFile === undefined ? undefined : plainLogger(logFile);
  const server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    if (logger !== undefined) {
      const begun = performance.now();
      response.once("close", () => {
        const duration = performance.now() - begun;
        const status = response.statusCode;
        logAccess(logger, { method, route: routeOf(url), path: url, status, duration });
      });
    }
    if (method === "GET" && url.startsWith("/things/")) get(store, url.slice(8), response);
    else if (method === "POST" && url === "/things") void create(store, request, response);
    else send(response, 404, { message: "no route" });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port };
};
