import { DeclarationError, FailedPreconditionError } from "@plinth/core";
import { loadPeer, rethrow } from "@plinth/support/load-peer";
import type { FastifyInstance } from "fastify";
import { requestIdHeader } from "../request/request-headers.ts";
import type { CorsOptions, HttpOptions } from "./http-options.ts";

const exposed = ["etag", "location", "retry-after", requestIdHeader];

/** The error for a plugin that is asked for and not installed. */
export function missingPeer(message: string, options: ErrorOptions): Error {
  return new FailedPreconditionError(message, options);
}

async function addCors(fastify: FastifyInstance, options: CorsOptions): Promise<void> {
  const { origins, credentials = false, exposedHeaders = exposed, maxAge } = options;
  if (origins === "*" && credentials) {
    throw new DeclarationError(
      'cors: origins "*" with credentials would let every page act for its visitor; list the origins.',
    );
  }
  const { default: cors } = await loadPeer({
    name: "@fastify/cors",
    neededBy: "cors",
    load: () => import("@fastify/cors").catch(rethrow),
    missing: missingPeer,
  });
  await fastify.register(cors, {
    // A function, not the list: for other origins the plugin then leaves the request alone.
    origin:
      origins === "*"
        ? "*"
        : (origin, decide) => {
            decide(null, origin !== undefined && origins.includes(origin));
          },
    credentials,
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    exposedHeaders: [...exposedHeaders],
    // A plain OPTIONS still gets an answer with Allow.
    strictPreflight: false,
    ...(maxAge === undefined ? {} : { maxAge: Math.floor(maxAge / 1_000) }),
  });
}

/**
 * Adds the plugins for browsers that the options ask for. Each is loaded only then, and has to be installed.
 */
export async function addWebPlugins(
  fastify: FastifyInstance,
  {
    cors,
    securityHeaders,
    compression,
  }: Pick<HttpOptions, "cors" | "securityHeaders" | "compression">,
): Promise<void> {
  if (cors !== undefined) await addCors(fastify, cors);
  if (securityHeaders === true) {
    const { default: helmet } = await loadPeer({
      name: "@fastify/helmet",
      neededBy: "securityHeaders",
      load: () => import("@fastify/helmet").catch(rethrow),
      missing: missingPeer,
    });
    await fastify.register(helmet);
  }
  if (compression !== undefined && compression !== false) {
    const { default: compress } = await loadPeer({
      name: "@fastify/compress",
      neededBy: "compression",
      load: () => import("@fastify/compress").catch(rethrow),
      missing: missingPeer,
    });
    await fastify.register(compress, {
      threshold: compression === true ? 1_024 : (compression.threshold ?? 1_024),
      // A compressed body could grow past the limit on its size.
      globalDecompression: false,
    });
  }
}
