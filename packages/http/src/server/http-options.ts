import type { AnyServiceClass } from "@plinth/core";
import type { FastifyInstance } from "fastify";
import type { OpenApiInfo } from "../openapi/openapi-document.ts";

/** A contract to serve, with a path prefix of its own. */
export interface ServedService {
  readonly service: AnyServiceClass;
  /** Between the server's prefix and the contract's paths. Default: none. */
  readonly prefix?: `/${string}`;
}

/** How the OpenAPI document is served. */
export interface OpenApiRouteOptions extends OpenApiInfo {
  /** Path of the document, without any prefix. Default: `/openapi.json`. */
  readonly path?: `/${string}`;
  /**
   * Path of a page to browse the document and to try calls, such as `/docs`. It needs the packages
   * `@fastify/swagger` and `@fastify/swagger-ui`, and loads nothing from other hosts. Default: no page.
   */
  readonly docs?: `/${string}`;
}

/** Which pages of other origins may call from a browser. */
export interface CorsOptions {
  /** Such as `https://app.example`. `"*"` allows all origins, without credentials. */
  readonly origins: readonly string[] | "*";
  /** Whether pages may send credentials such as cookies. Default: false. */
  readonly credentials?: boolean;
  /**
   * Response headers that pages may read. Default: `etag`, `location`, `retry-after`, `x-request-id`.
   */
  readonly exposedHeaders?: readonly string[];
  /** How long browsers cache the permission, in milliseconds. Default: the browser decides. */
  readonly maxAge?: number;
}

/** Which answers are compressed. */
export interface CompressionOptions {
  /** The smallest body that is compressed, in bytes. Default: 1,024. */
  readonly threshold?: number;
}

/** Options of `bindHttp`. */
export interface HttpOptions {
  /** The contracts to serve. Each must be bound in the app. */
  readonly serve: readonly (AnyServiceClass | ServedService)[];
  /**
   * Precedes the paths of all contracts, such as "/api", but not those of health. Default: none.
   */
  readonly prefix?: `/${string}`;
  /**
   * `"none"` opens all methods to everybody, for a server behind a gateway that authorizes requests. Default:
   * methods that are not `public` are for callers that the bound `Authorizer` accepts.
   */
  readonly authorization?: "none";
  /**
   * Serves the OpenAPI document of the contracts to everybody. Default: it is not served.
   */
  readonly openApi?: OpenApiRouteOptions;
  /** Largest accepted body, in bytes. Default: 1,048,576. */
  readonly bodyLimit?: number;
  /** Largest accepted request line and headers together, in bytes. Default: 16,384. */
  readonly headerLimit?: number;
  /**
   * Allows calls from pages of other origins; needs `@fastify/cors`. Default: browsers refuse them.
   */
  readonly cors?: CorsOptions;
  /** Adds security headers; needs `@fastify/helmet`. Default: false. */
  readonly securityHeaders?: boolean;
  /**
   * Compresses answers for clients that accept it; needs `@fastify/compress`. Do not use it for answers that
   * contain both a secret and input of a stranger: their size reveals the secret. Default: false.
   */
  readonly compression?: boolean | CompressionOptions;
  /** How long a request may take to arrive completely, in milliseconds. Default: 60,000. */
  readonly requestTimeout?: number;
  /**
   * How long a method may take, in milliseconds from the arrival of the headers. Then the answer is
   * `deadline_exceeded`, and the signal is aborted. A caller can only shorten it, by `x-request-timeout-ms`.
   * Default: as long as the caller allows.
   */
  readonly methodTimeout?: number;
  /**
   * How long a client may read nothing of its answer, in milliseconds. Then its connection is closed.
   * Default: 60,000.
   */
  readonly writeTimeout?: number;
  /**
   * How many requests may be in flight at a time. More are refused with 503 and `Retry-After`, except for
   * `/health` and `/ready`. Default: no limit.
   */
  readonly maxRequestsInFlight?: number;
  /**
   * How long the server still accepts requests after the app began to stop, in milliseconds, so that load
   * balancers see that `/ready` is 503. Default: 0.
   */
  readonly drainDelay?: number;
  /**
   * The proxies whose `X-Forwarded-For`, `-Host` and `-Proto` are trusted: addresses, ranges such as
   * `10.0.0.0/8`, or `loopback`, `linklocal`, `uniquelocal`. They decide which address of a request plugins
   * see. Default: none, so that no client can choose its address.
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Adds plugins, hooks or routes to the Fastify instance, before the routes of contracts. Hooks also run for
   * `/health` and `/ready`. Routes have no request context, and the `Authorizer` is not asked for them.
   * Default: adds nothing.
   */
  readonly configure?: (fastify: FastifyInstance) => void | Promise<void>;
}

/** Where and how a server works. */
export interface HttpServerOptions extends Omit<HttpOptions, "serve"> {
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 takes any free one. */
  readonly port: number;
}
