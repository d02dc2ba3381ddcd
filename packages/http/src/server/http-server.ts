import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@plinth/core";
import type { FastifyInstance } from "fastify";
import { createFastify, type ServerParts } from "./create-fastify.ts";
import { loopbackInContainer } from "./container.ts";
import type { Exchanges } from "./exchanges.ts";
import type { HttpOptions } from "./http-options.ts";
import { listenError } from "./listen-error.ts";
import { Listener } from "./listener.ts";

const defaultWriteTimeout = 60_000;

/** Where and how an `HttpServer` works. */
export interface HttpServerOptions extends Omit<HttpOptions, "serve"> {
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 takes any free one. */
  readonly port: number;
}

/** The app's HTTP server, bound by `bindHttp`. */
export class HttpServer {
  static {
    // Tells the check of an app's bindings how it is bound.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (): string => "bindHttp(...)",
    });
  }

  readonly #fastify: FastifyInstance;
  readonly #exchanges: Exchanges;
  readonly #options: HttpServerOptions;
  readonly #logger: Logger;

  /** Use {@link HttpServer.create}. */
  constructor(
    fastify: FastifyInstance,
    exchanges: Exchanges,
    options: HttpServerOptions,
    logger: Logger,
  ) {
    this.#logger = logger;
    this.#fastify = fastify;
    this.#exchanges = exchanges;
    this.#options = options;
  }

  /** Builds the routes; nothing listens yet. */
  static async create(parts: ServerParts, options: HttpServerOptions): Promise<HttpServer> {
    const { fastify, exchanges } = await createFastify(parts, options);
    return new HttpServer(fastify, exchanges, options, parts.logger);
  }

  /**
   * Where the server listens, such as `http://127.0.0.1:3000`.
   *
   * @throws Error before `start` and after `close`
   */
  get url(): string {
    const { address, family, port } = this.address;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  /**
   * The address and port that the server listens on.
   *
   * @throws Error before `start` and after `close`
   */
  get address(): AddressInfo {
    const address = this.#fastify.server.address();
    if (address === null || typeof address === "string") {
      throw new Error("The HTTP server is not listening: the app has not started, or has stopped.");
    }
    return address;
  }

  /**
   * Begins to listen.
   *
   * @throws ListenError, meant for people, when the port is taken or may not be opened
   */
  async start(): Promise<void> {
    const { host, port } = this.#options;
    try {
      await this.#fastify.listen({ host, port });
    } catch (error) {
      throw listenError(error, host, port);
    }
    const { server } = this.#fastify;
    if (host === "localhost" && server instanceof Listener) await server.listenOnOthers(host);
    this.#exchanges.connections.watchReaders(this.#options.writeTimeout ?? defaultWriteTimeout);
    const warning = loopbackInContainer(host, process.env);
    if (warning !== undefined) this.#logger.warn(warning, { host });
  }

  /**
   * Lets requests finish that are in flight. New ones are still taken meanwhile, `/ready` among
   * them, so that nobody is turned away who could not know yet.
   */
  async drain({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.#exchanges.drain();
    await delay(this.#options.drainDelay ?? 0, undefined, { signal }).catch(() => {});
    await this.#exchanges.inFlight.settled(signal);
  }

  /**
   * Stops listening, closes connections on which no request is in progress, and waits for the last
   * answers; when time is up, cuts them off.
   */
  async close({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { connections } = this.#exchanges;
    const cut = (): void => connections.cut();
    signal.addEventListener("abort", cut, { once: true });
    try {
      await connections.calm();
      // Before Fastify does it, which asks its plugins first: meanwhile, clients would connect again.
      this.#fastify.server.close();
      const closed = this.#fastify.close();
      if (signal.aborted) cut();
      await closed;
    } finally {
      signal.removeEventListener("abort", cut);
    }
  }
}
