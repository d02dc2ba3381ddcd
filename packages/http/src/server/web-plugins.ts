import type { FastifyInstance } from "fastify";
import { requestIdHeader } from "../request/request-headers.ts";
import type { HttpOptions } from "./http-options.ts";
import { loadPeer, rethrow } from "./load-peer.ts";

/** Which pages of other origins may call, from a browser. */
export interface CorsOptions {
  /** Such as `https://app.example`; `"*"` for all of them, which excludes credentials. */
  readonly origins: readonly string[] | "*";
  /** Whether pages may send cookies and the like. Default: false. */
  readonly credentials?: boolean;
  /** Answer headers that pages may read. Default: `etag`, `location`, `retry-after`, `x-request-id`. */
  readonly exposedHeaders?: readonly string[];
  /** How long browsers remember the permission, in milliseconds. Default: what they choose. */
  readonly maxAge?: number;
}

/** When answers are compressed. */
export interface CompressionOptions {
  /** The least size that is worth it, in bytes. Default: 1,024. */
  readonly threshold?: number;
}

const exposed = ["etag", "location", "retry-after", requestIdHeader];

async function addCors(fastify: FastifyInstance, options: CorsOptions): Promise<void> {
  const { origins, credentials = false, exposedHeaders = exposed, maxAge } = options;
  if (origins === "*" && credentials) {
    throw new TypeError(
      'cors: origins "*" with credentials would let every page act for its visitor; list the origins.',
    );
  }
  const { default: cors } = await loadPeer(
    "@fastify/cors",
    () => import("@fastify/cors").catch(rethrow),
    "cors",
  );
  await fastify.register(cors, {
    // A function rather than the list: for other origins the plugin then leaves the request alone.
    origin:
      origins === "*"
        ? "*"
        : (origin, decide) => {
            decide(null, origin !== undefined && origins.includes(origin));
          },
    credentials,
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    exposedHeaders: [...exposedHeaders],
    // A plain OPTIONS is answered with Allow, as without the plugin.
    strictPreflight: false,
    ...(maxAge === undefined ? {} : { maxAge: Math.floor(maxAge / 1_000) }),
  });
}

/**
 * Adds what browsers need, as far as it is asked for, through Fastify's own plugins. Each is loaded
 * only then, and has to be installed.
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
    const load = () => import("@fastify/helmet").catch(rethrow);
    const { default: helmet } = await loadPeer("@fastify/helmet", load, "securityHeaders");
    await fastify.register(helmet);
  }
  if (compression !== undefined && compression !== false) {
    const load = () => import("@fastify/compress").catch(rethrow);
    const { default: compress } = await loadPeer("@fastify/compress", load, "compression");
    await fastify.register(compress, {
      threshold: compression === true ? 1_024 : (compression.threshold ?? 1_024),
      // Bodies that grow when they are read would get around the limit on their size.
      globalDecompression: false,
    });
  }
}
