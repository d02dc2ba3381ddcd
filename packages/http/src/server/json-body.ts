import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import { malformedBody, TransportFaultError } from "../problem/transport-fault.ts";

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
      if (isUtf8(body)) void parse(request, body.toString(), done);
      else done(new TransportFaultError(malformedBody("The body is not valid UTF-8.")));
    },
  );
}
