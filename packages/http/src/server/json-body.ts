import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import {
  malformedBody,
  TransportFaultError,
  unsupportedMediaType,
} from "../problem/transport-fault.ts";

/**
 * Reads bodies as JSON only. Bytes that are not UTF-8 are refused: decoders would replace them, and the
 * stored text would differ from the sent one.
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

/** An empty body is no body. Its content type means nothing, and many clients always send one. */
export function forgetTypeOfNothing(headers: IncomingHttpHeaders): void {
  if (headers["content-type"] === undefined || headers["transfer-encoding"] !== undefined) return;
  if (Number(headers["content-length"] ?? 0) === 0) delete headers["content-type"];
}

/**
 * Accepts empty bodies of any other type. Whether a chunked one is empty is known at its end only.
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
