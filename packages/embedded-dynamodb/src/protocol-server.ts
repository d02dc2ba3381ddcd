import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { finished } from "node:stream/promises";
// By its name alone, `crc32` would fail a Node without it before that Node is refused.
import zlib from "node:zlib";
import type { Wire } from "./dynalite-modules.ts";
import { ApiError, isApiError } from "./api-error.ts";
import type { Operations } from "./operations.ts";

const maximumBodyBytes = 16 * 1024 * 1024;
const targetPrefix = "DynamoDB_20120810.";

/** Speaks DynamoDB's protocol: JSON in a POST, the operation in a header. */
export interface ProtocolServer {
  readonly server: Server;
  /** Answers what has arrived completely, then closes all connections. */
  close(): Promise<void>;
}

/** A server for the operations; its caller makes it listen. */
export function createProtocolServer(operations: Operations): ProtocolServer {
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    readBody(request)
      .then((text) => {
        const answered = answer(operations, request, response, text);
        underWay.add(answered);
        return answered.finally(() => underWay.delete(answered));
      })
      .catch(() => response.destroy());
  });
  return {
    server,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      await Promise.allSettled(underWay);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  operations: Operations,
  request: IncomingMessage,
  response: ServerResponse,
  text: string | undefined,
): Promise<void> {
  if (request.method !== "POST") {
    response.end("healthy: dynamodb");
    return;
  }
  const target = String(request.headers["x-amz-target"] ?? "");
  const operation = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : "";
  let status = 200;
  let body: Wire;
  try {
    const parsed = parseBody(text);
    requireSignature(request);
    body = await operations.run(operation, parsed);
    if (operations.faults.losesAnswer(operation)) {
      request.socket.destroy();
      return;
    }
  } catch (error) {
    const apiError = isApiError(error) ? error : internalError(error);
    status = apiError.statusCode;
    body = apiError.body;
  }
  send(response, status, body);
  await finished(response);
}

/** The text of a body; `undefined` where it is larger than DynamoDB takes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maximumBodyBytes) chunks.push(chunk);
  }
  return bytes > maximumBodyBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string | undefined): Wire {
  if (text === undefined) {
    throw new ApiError("ValidationException", "Request body exceeds the maximum size of 16 MB");
  }
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Wire;
  } catch {
    // Answered like every other body that is not an object.
  }
  throw new ApiError("SerializationException", "The request body is not a JSON object");
}

/** Any signature will do, but a client without credentials has to notice. */
function requireSignature(request: IncomingMessage): void {
  if (request.headers.authorization?.startsWith("AWS4-")) return;
  throw new ApiError(
    "MissingAuthenticationTokenException",
    "Request is missing Authentication Token",
  );
}

function internalError(error: unknown): ApiError {
  return new ApiError("InternalServerError", error instanceof Error ? error.message : "unknown");
}

function send(response: ServerResponse, status: number, body: Wire): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": Buffer.byteLength(text),
    "x-amz-crc32": zlib.crc32(text),
    "x-amzn-requestid": randomUUID(),
  });
  response.end(text);
}
