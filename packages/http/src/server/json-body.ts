import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import {
  malformedBody,
  TransportFaultError,
  unsupportedMediaType,
} from "../problem/transport-fault.ts";

/**
 * Reads bodies as JSON and as nothing else. Bytes that are no UTF-8 are refused: decoders put a
 * replacement character in their place, and what is then stored is not what was sent.
 */
export function takeJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser("error", "error");
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    (request, body: Buffer, done) => {
      if (body.length === 0) done(null);
      else if (isUtf8(body)) void parse(request, body.toString(), done);
      else done(new TransportFaultError(malformedBody("The body is not valid UTF-8.")));
    },
  );
}

/** An empty body is no body: what its type would be says nothing, and many clients always send one. */
export function forgetTypeOfNothing(headers: IncomingHttpHeaders): void {
  if (headers["content-type"] === undefined || headers["transfer-encoding"] !== undefined) return;
  if (Number(headers["content-length"] ?? 0) === 0) delete headers["content-type"];
}

/**
 * Takes bodies of any other type as long as they turn out to be empty, which of a chunked one is known
 * at its end only.
 */
export function takeEmptyBodies(fastify: FastifyInstance): void {
  // A plugin of `configure` may read other types.
  if (fastify.hasContentTypeParser("*")) return;
  fastify.addContentTypeParser("*", (_request, payload, done) => {
    payload.once("data", () => done(new TransportFaultError(unsupportedMediaType)));
    payload.once("end", () => done(null));
    payload.once("error", done);
  });
}
