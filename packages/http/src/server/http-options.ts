import type { AnyServiceClass } from "@plinth/core";
import type { FastifyInstance } from "fastify";
import type { OpenApiInfo } from "../openapi/openapi-document.ts";

/** A contract to serve, with a path prefix of its own. */
export interface ServedService {
  readonly service: AnyServiceClass;
  /** Comes after the server's prefix and before the contract's paths. Default: none. */
  readonly prefix?: `/${string}`;
}

/** What to serve of the OpenAPI document. */
export interface OpenApiRouteOptions extends OpenApiInfo {
  /** Path of the document; no prefix moves it. Default: `/openapi.json`. */
  readonly path?: `/${string}`;
  /**
   * Path of a page to browse the document and try it out, such as `/docs`. The packages
   * `@fastify/swagger` and `@fastify/swagger-ui` make it and have to be installed; nothing is loaded
   * from elsewhere. Default: no page.
   */
  readonly docs?: `/${string}`;
}

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

/** What `bindHttp` can be told. */
export interface HttpOptions {
  /** The contracts to serve. Each must be bound in the app. */
  readonly serve: readonly (AnyServiceClass | ServedService)[];
  /** Comes before all paths of contracts, such as "/api"; not before health. Default: none. */
  readonly prefix?: `/${string}`;
  /**
   * `"none"` serves all methods to anybody, as behind a gateway that has judged already. Default:
   * methods that are not `public` are for those whom the bound `Authorizer` lets in.
   */
  readonly authorization?: "none";
  /**
   * Serves the OpenAPI document of the contracts, to anybody. Default: it is not served.
   */
  readonly openApi?: OpenApiRouteOptions;
  /** Largest accepted body, in bytes. Default: 1,048,576. */
  readonly bodyLimit?: number;
  /** Largest accepted request line and headers together, in bytes. Default: 16,384. */
  readonly headerLimit?: number;
  /** Lets pages of other origins call; needs `@fastify/cors`. Default: browsers refuse them. */
  readonly cors?: CorsOptions;
  /** Adds the security headers of `@fastify/helmet`, which it needs. Default: false. */
  readonly securityHeaders?: boolean;
  /**
   * Compresses answers for clients that accept it; needs `@fastify/compress`. Default: false. Not for
   * answers that hold both a secret and what a stranger has chosen: their size gives the secret away.
   */
  readonly compression?: boolean | CompressionOptions;
  /** How long a request may take to arrive completely, in milliseconds. Default: 60,000. */
  readonly requestTimeout?: number;
  /**
   * How long a method may take, in milliseconds from the arrival of the headers; then the answer is
   * `deadline_exceeded` and the signal is aborted. A caller can only shorten it, by
   * `x-request-timeout-ms`. Default: as long as the caller allows.
   */
  readonly methodTimeout?: number;
  /**
   * How long a client may take nothing of an answer that waits for it, in milliseconds; then its
   * connection is closed. Default: 60,000.
   */
  readonly writeTimeout?: number;
  /**
   * The most requests that are in flight at a time. Further ones are refused with 503 and
   * `Retry-After`, except for `/health` and `/ready`. Default: no limit.
   */
  readonly maxRequestsInFlight?: number;
  /**
   * How long the server goes on taking requests after the app began to stop, in milliseconds, so
   * that load balancers can see that `/ready` is 503. Default: 0.
   */
  readonly drainDelay?: number;
  /**
   * The proxies whose `X-Forwarded-For`, `-Host` and `-Proto` are believed: addresses, ranges such as
   * `10.0.0.0/8`, or `loopback`, `linklocal`, `uniquelocal`. What plugins see as the address of a
   * request goes by them. Default: none, so that no client can choose its address.
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Adds plugins, hooks or routes to the Fastify instance, before the routes of contracts. Hooks also run
   * for `/health` and `/ready`. Routes have no request context, and no `Authorizer` is asked for them.
   * Default: nothing.
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
