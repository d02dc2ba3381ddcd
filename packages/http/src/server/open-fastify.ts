import type { ServerOptions } from "node:http";
import { fastify, type FastifyInstance } from "fastify";
import { answerClientError } from "./client-error.ts";
import type { Exchanges } from "./exchanges.ts";
import type { HttpServerOptions } from "./http-options.ts";
import { Listener } from "./listener.ts";

const defaultHeaderLimit = 16_384;
const defaultRequestTimeout = 60_000;
/** Longer than load balancers keep connections, so that they are the ones to close them. */
const keepAliveTimeout = 72_000;

/** Contracts are checked by zod. Loading the compilers that Fastify brings takes a tenth of a start. */
const withoutCompilers = { buildValidator: noCompiler, buildSerializer: noCompiler };

function noCompiler(): never {
  throw new TypeError("No route of this server has a JSON schema.");
}

/** Whether plugins or `configure` may add hooks, and routes with JSON schemas. */
export function isExtended(options: HttpServerOptions): boolean {
  const { configure, cors, securityHeaders, compression, openApi } = options;
  return [configure, cors, securityHeaders, compression, openApi?.docs].some(Boolean);
}

/** Opens a Fastify instance without routes. What never becomes a request is answered already. */
export function openFastify(
  options: HttpServerOptions,
  bodyLimit: number,
  exchanges: Exchanges,
): FastifyInstance {
  const { connections } = exchanges;
  return fastify({
    logger: false,
    bodyLimit,
    serverFactory: (handler) => new Listener(listenerOptions(options), handler, connections),
    trustProxy: [...(options.trustedProxies ?? [])],
    // Answered on their merits while the app stops; each answer then closes its connection.
    return503OnClosing: false,
    ...(isExtended(options) ? {} : { schemaController: { compilersFactory: withoutCompilers } }),
    // Longer than any path that passes Node's limit on headers: validation judges ids, not routing.
    routerOptions: { maxParamLength: 65_536 },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      exchanges.sendProblem(error, request, reply);
    },
  });
}

/** The options of the Node server: Fastify does not set any on a server that it is given. */
function listenerOptions(options: HttpServerOptions): ServerOptions {
  const requestTimeout = options.requestTimeout ?? defaultRequestTimeout;
  return {
    // Node would answer a missing Host header by itself, without a problem document.
    requireHostHeader: false,
    maxHeaderSize: options.headerLimit ?? defaultHeaderLimit,
    keepAliveTimeout,
    requestTimeout,
    headersTimeout: Math.min(60_000, requestTimeout),
    // Node looks for late requests every 30 seconds, even if their timeout is shorter.
    connectionsCheckingInterval: Math.min(30_000, Math.ceil(requestTimeout / 4)),
  };
}
