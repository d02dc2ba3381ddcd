import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { createFastify, type ServerParts } from "./create-fastify.ts";
import type { Exchanges } from "./exchanges.ts";
import type { HttpOptions } from "./http-options.ts";
import { listenError } from "./listen-error.ts";

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

  /** Use {@link HttpServer.create}. */
  constructor(fastify: FastifyInstance, exchanges: Exchanges, options: HttpServerOptions) {
    this.#fastify = fastify;
    this.#exchanges = exchanges;
    this.#options = options;
  }

  /** Builds the routes; nothing listens yet. */
  static async create(parts: ServerParts, options: HttpServerOptions): Promise<HttpServer> {
    const { fastify, exchanges } = await createFastify(parts, options);
    return new HttpServer(fastify, exchanges, options);
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
  }

  /**
   * Lets requests finish that are in flight. New ones are still taken meanwhile, `/ready` among
   * them, so that nobody is turned away who could not know yet.
   */
  async drain({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.#exchanges.draining = true;
    await delay(this.#options.drainDelay ?? 0, undefined, { signal }).catch(() => {});
    await this.#exchanges.inFlight.settled(signal);
  }

  /** Stops listening and waits for the last answers; when time is up, cuts them off. */
  async close({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const cut = (): void => this.#fastify.server.closeAllConnections();
    signal.addEventListener("abort", cut, { once: true });
    const closed = this.#fastify.close();
    if (signal.aborted) cut();
    try {
      await closed;
    } finally {
      signal.removeEventListener("abort", cut);
    }
  }
}
