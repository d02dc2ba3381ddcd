import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import {
  endRequest,
  isServiceError,
  runWithContext,
  toServiceError,
  type Logger,
} from "@plinth/core";
import { isError } from "@plinth/core/errors";
import type { FastifyReply, FastifyRequest } from "fastify";
import { challengesFor } from "../authorization/guard.ts";
import type { SecurityScheme } from "../authorization/security-scheme.ts";
import {
  guardedProblem,
  problemOf,
  problemType,
  transportProblem,
  type Problem,
} from "../problem/problem.ts";
import { overloaded, transportFaultOf, TransportFaultError } from "../problem/transport-fault.ts";
import { Exchange, isAnswered } from "../request/exchange.ts";
import { requestIdHeader } from "../request/request-headers.ts";
import { printablePath, routedPath } from "../request/routed-path.ts";
import { AccessMessages } from "./access-messages.ts";
import { Connections } from "./connections.ts";
import { InFlight } from "./in-flight.ts";

/** The paths of health, which no prefix moves and no contract mentions. */
export const healthPaths: readonly string[] = ["/health", "/ready"];
/**
 * Faults of this service. Other failures (a timeout, an unavailable database) are faults of its environment.
 */
const faultCodes: ReadonlySet<string> = new Set(["internal", "unknown", "data_loss"]);
const maxLoggedPathLength = 256;
/** How often refused requests are logged, in milliseconds. */
const overloadLogInterval = 10_000;

const exchangeKey: unique symbol = Symbol("plinth.exchange");

/** Each garbage collection would have to walk a WeakMap from requests to exchanges. */
type CarriesExchange = IncomingMessage & { [exchangeKey]?: Exchange };

/** Follows every request from its first hook to the end of its answer. */
export class Exchanges {
  /** Requests that are being answered, without health checks. */
  readonly inFlight: InFlight = new InFlight();
  readonly connections: Connections = new Connections();
  readonly #onDrain = new Set<() => void>();
  #overloadLoggedAt = Number.NEGATIVE_INFINITY;
  readonly #messages = new AccessMessages();
  readonly #logger: Logger;
  readonly #bodyLimit: number;
  readonly #schemes: readonly SecurityScheme[];

  /**
   * @param logger takes the access lines and the failures
   * @param bodyLimit in bytes, for messages
   * @param schemes how credentials may be presented, for answers with 401
   */
  constructor(logger: Logger, bodyLimit: number, schemes: readonly SecurityScheme[]) {
    this.#logger = logger;
    this.#bodyLimit = bodyLimit;
    this.#schemes = schemes;
  }

  /** The app stops: from now on answers ask clients to open a new connection elsewhere. */
  drain(): void {
    this.connections.drain();
    for (const callback of this.#onDrain) callback();
  }

  /**
   * Calls back when the app stops.
   *
   * @returns removes the callback
   */
  whenDraining(callback: () => void): () => void {
    this.#onDrain.add(callback);
    return () => this.#onDrain.delete(callback);
  }

  /**
   * The exchange of a request. The first call opens it.
   *
   * Health checks do not delay the end of the app and are not logged.
   */
  of(request: FastifyRequest, reply: FastifyReply): Exchange {
    const raw: CarriesExchange = request.raw;
    const known = raw[exchangeKey];
    if (known !== undefined) return known;
    const exchange = new Exchange(raw, reply.raw);
    raw[exchangeKey] = exchange;
    reply.header(requestIdHeader, exchange.requestId);
    const connection = Connections.of(raw.socket);
    if (connection !== undefined) this.connections.begin(connection, reply.raw);
    const route = routeOf(request);
    const isHealth = healthPaths.includes(route);
    if (!isHealth) exchange.slot = this.inFlight.begin();
    reply.raw.on("close", () => {
      if (connection !== undefined) this.connections.end(connection, reply.raw);
      if (isHealth) return;
      this.#leave(exchange);
      this.#logAccess(exchange, route, request, reply.raw);
      // Instances of a request that called no method, such as a refused one.
      void endRequest(exchange);
    });
    return exchange;
  }

  /**
   * Refuses a request while too many are in flight. Health checks are never refused.
   *
   * @param max how many requests may be in flight
   * @throws TransportFaultError 503
   */
  refuseBeyond(max: number, exchange: Exchange): void {
    if (exchange.slot === undefined || this.inFlight.size <= max) return;
    // A refused request takes no place while its answer is sent.
    this.#leave(exchange);
    if (performance.now() - this.#overloadLoggedAt > overloadLogInterval) {
      this.#overloadLoggedAt = performance.now();
      this.#logger.warn(
        `Requests are refused: ${max} are in flight, as many as maxRequestsInFlight allows.`,
        { maxRequestsInFlight: max },
      );
    }
    throw new TransportFaultError(overloaded);
  }

  #leave(exchange: Exchange): void {
    if (exchange.slot !== undefined) this.inFlight.end(exchange.slot);
    exchange.slot = undefined;
  }

  /** Answers with the problem document of a thrown value, and logs faults of the service. */
  sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return reply.send(this.#prepare(thrown, request, reply));
  }

  /**
   * Like `sendProblem`, but without Fastify's hooks: one of them may have failed while a problem was sent,
   * and would fail again. Fastify has no handler for that, and the process would end.
   */
  writeProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.raw.headersSent) {
      reply.hijack().raw.destroy();
      return;
    }
    const body = this.#prepare(thrown, request, reply);
    // Headers of the answer that was to be sent.
    for (const name of ["content-encoding", "transfer-encoding"]) reply.removeHeader(name);
    reply.header("content-length", Buffer.byteLength(body));
    reply
      .hijack()
      .raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders)
      .end(body);
  }

  /** Sets the status and headers of a problem, and returns its body. */
  #prepare(thrown: unknown, request: FastifyRequest, reply: FastifyReply): string {
    const exchange = this.of(request, reply);
    const problem = this.#problem(thrown, exchange, reply.hasHeader("retry-after"));
    const isTransportFault = isError(thrown) && thrown instanceof TransportFaultError;
    if (problem.status >= 500 && !isTransportFault) {
      this.#logFailure(thrown, problem, exchange, request);
    }
    if (isTransportFault) reply.headers(thrown.headers);
    const challenges = isServiceError(thrown) ? challengesFor(problem, this.#schemes) : [];
    if (challenges.length > 0) reply.header("www-authenticate", challenges);
    if (problem.retryAfter !== undefined) {
      reply.header("retry-after", String(Math.ceil(problem.retryAfter / 1_000)));
    }
    // If the connection closed while the client sends, most clients would see a broken pipe and no answer.
    // Node reads and drops the rest of the body, within `requestTimeout`.
    if (problem.status === 413 || problem.status === 415) reply.removeHeader("connection");
    reply
      .code(problem.status)
      .header("content-type", problemType)
      .header("cache-control", "no-store");
    return JSON.stringify(problem);
  }

  #problem(thrown: unknown, { requestId, isGuarded }: Exchange, isAnswered429: boolean): Problem {
    if (!isServiceError(thrown)) {
      const fault = transportFaultOf(thrown, this.#bodyLimit, isAnswered429);
      if (fault !== undefined) return transportProblem(fault, requestId);
    }
    const problem = problemOf(toServiceError(thrown), requestId);
    return isGuarded ? guardedProblem(problem) : problem;
  }

  #logFailure(
    error: unknown,
    { code }: Problem,
    exchange: Exchange,
    request: FastifyRequest,
  ): void {
    const message = `${request.method} ${routeOf(request)} failed.`;
    log(exchange, () => {
      if (faultCodes.has(code)) this.#logger.error(message, { error });
      else this.#logger.warn(message, { error });
    });
  }

  #logAccess(
    exchange: Exchange,
    route: string,
    request: FastifyRequest,
    response: ServerResponse,
  ): void {
    if (!this.#logger.isEnabled("info")) return;
    const status = isAnswered(response) ? response.statusCode : 499;
    log(exchange, () => {
      this.#logger.info(this.#messages.of(request.method, route, status), {
        method: request.method,
        route,
        path: printablePath(routedPath(request.raw.url ?? "")).slice(0, maxLoggedPathLength),
        status,
        duration: Math.round((performance.now() - exchange.begun) * 1_000) / 1_000,
      });
    });
  }
}

/**
 * Logs in the context of a request. An error of the logger must not cost the answer or the process.
 */
function log(exchange: Exchange, write: () => void): void {
  try {
    runWithContext(exchange, write);
  } catch {
    // The logger is the only place to report it.
  }
}

/** The pattern of the route, not the path, so that lines and messages can be grouped. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions?.url ?? "(no route)";
}
