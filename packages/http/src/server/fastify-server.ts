import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "@plinth/core";
import type { FastifyInstance } from "fastify";
import { createFastify } from "./create-fastify.ts";
import type { Exchanges } from "./exchanges.ts";
import type { HttpServerOptions } from "./http-options.ts";
import { HttpServer } from "./http-server.ts";
import { listenError } from "./listen-error.ts";
import { Listener } from "./listener.ts";
import { loopbackInContainer } from "./loopback-in-container.ts";
import type { ServerParts } from "./server-parts.ts";

const defaultWriteTimeout = 60_000;

/** An HTTP server on Fastify. */
export class FastifyServer extends HttpServer {
  readonly #fastify: FastifyInstance;
  readonly #exchanges: Exchanges;
  readonly #options: HttpServerOptions;
  readonly #logger: Logger;

  private constructor(
    fastify: FastifyInstance,
    exchanges: Exchanges,
    options: HttpServerOptions,
    logger: Logger,
  ) {
    super();
    this.#logger = logger;
    this.#fastify = fastify;
    this.#exchanges = exchanges;
    this.#options = options;
  }

  /** Builds the routes; nothing listens yet. */
  static async create(parts: ServerParts, options: HttpServerOptions): Promise<FastifyServer> {
    const { fastify, exchanges } = await createFastify(parts, options);
    return new FastifyServer(fastify, exchanges, options, parts.logger);
  }

  override get url(): string {
    const { address, family, port } = this.address;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  override get address(): AddressInfo {
    const address = this.#fastify.server.address();
    if (address === null || typeof address === "string") {
      throw new Error("The HTTP server is not listening: the app has not started, or has stopped.");
    }
    return address;
  }

  override async start(): Promise<void> {
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

  override async drain({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.#exchanges.drain();
    await delay(this.#options.drainDelay ?? 0, undefined, { signal }).catch(() => {});
    await this.#exchanges.inFlight.settled(signal);
  }

  override async close({ signal }: { readonly signal: AbortSignal }): Promise<void> {
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
