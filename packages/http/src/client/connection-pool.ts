import type { Pool } from "undici";
import type { CompleteOptions } from "./client-options.ts";
import { skipInterim } from "./skip-interim.ts";

/** The code that undici uses for its own pools. */
const closedCode = "UND_ERR_CLOSED";

/** One request for the pool. */
export interface PoolRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query, sent exactly so. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

async function openPool(origin: string, options: CompleteOptions): Promise<Pool> {
  // Loaded with the first call, so that a service that calls no other starts without it.
  const undici = await import("undici");
  const connect = undici.buildConnector({ timeout: options.connectTimeout });
  return new undici.Pool(origin, {
    connections: options.connections,
    // One request at a time on a connection, so that a broken connection fails one call only.
    pipelining: 1,
    connect: (target, callback) => {
      connect(target, (...result) => {
        const [error, socket] = result;
        if (error === null) callback(null, skipInterim(socket));
        else callback(error, null);
      });
    },
    maxResponseSize: options.responseLimit,
    // The deadline of the call limits them.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/**
 * Connections to one service, kept open between calls. It never sends a request twice by itself.
 */
export class ConnectionPool {
  readonly #origin: string;
  readonly #options: CompleteOptions;
  #pool: Promise<Pool> | undefined;
  #closed = false;

  constructor(origin: string, options: CompleteOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  /** Sends a request and reads the answer to its end. Rejects with the errors of undici. */
  async request({ method, target, headers, body, signal }: PoolRequest): Promise<Answer> {
    if (this.#closed) throw Object.assign(new Error("The pool is closed."), { code: closedCode });
    this.#pool ??= openPool(this.#origin, this.#options);
    const pool = await this.#pool;
    const response = await pool.request({
      method,
      path: target,
      headers,
      body: body ?? null,
      signal: signal ?? null,
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text };
  }

  /** Waits for the calls in flight, and cuts them off when the signal is aborted. */
  async close(signal?: AbortSignal): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const pool = await this.#pool;
    if (pool === undefined) return;
    const cut = (): void => void pool.destroy();
    signal?.addEventListener("abort", cut, { once: true });
    try {
      await (signal?.aborted === true ? pool.destroy() : pool.close());
    } finally {
      signal?.removeEventListener("abort", cut);
    }
  }
}
