import type { IncomingMessage } from "node:http";
import { Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";

/** A request of the SDK. */
export interface OutgoingRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** An answer for the SDK. */
export interface IncomingResponse {
  readonly statusCode: number;
  readonly reason: string | undefined;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** Timeouts, in milliseconds. */
export interface RequestTimes {
  /** For a connection. */
  readonly connection: number;
  /** For the whole answer. */
  readonly request: number;
}

// Enough for a busy process; sockets are opened only when they are needed.
const maxSockets = 256;
// The SDK retries a request after these.
const brokenConnection: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT"]);

function named(error: Error, name: string): Error {
  return Object.assign(error, { name });
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function targetOf({ path, query }: OutgoingRequest): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly string[]) : [value as string | null]).map((each) =>
      each === null ? encoded(name) : `${encoded(name)}=${encoded(each)}`,
    ),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    result[name] = typeof value === "string" ? value : (value ?? []).join(", ");
  }
  return result;
}

/**
 * Sends the requests of an AWS client over connections that stay open. The handler of the SDK sets up to five
 * timers per request and passes the answer on as a stream. This one sets one timer and collects the answer,
 * which DynamoDB keeps below 16 MB. Its errors have the same names: `TimeoutError` after a timeout, and
 * `AbortError` after an abort.
 */
export class RequestHandler {
  readonly metadata: { readonly handlerProtocol: string } = { handlerProtocol: "http/1.1" };
  readonly #times: RequestTimes;
  readonly #plain: PlainAgent = new PlainAgent({ keepAlive: true, maxSockets: maxSockets });
  readonly #secure: SecureAgent = new SecureAgent({ keepAlive: true, maxSockets: maxSockets });

  constructor(times: RequestTimes) {
    this.#times = times;
  }

  /** Sends one request. */
  handle(
    outgoing: OutgoingRequest,
    { abortSignal }: { readonly abortSignal?: AbortSignal } = {},
  ): Promise<{ response: IncomingResponse }> {
    return new Promise((resolve, reject) => {
      if (abortSignal?.aborted === true) {
        reject(
          named(new Error("The request was aborted.", { cause: abortSignal.reason }), "AbortError"),
        );
        return;
      }
      const isSecure = outgoing.protocol === "https:";
      const request = (isSecure ? secureRequest : plainRequest)({
        agent: isSecure ? this.#secure : this.#plain,
        headers: outgoing.headers,
        host: outgoing.hostname.replace(/^\[(.*)\]$/, "$1"),
        method: outgoing.method,
        path: targetOf(outgoing),
        port: outgoing.port,
      });
      const end = (): void => {
        clearTimeout(timer);
        clearTimeout(connecting);
        abortSignal?.removeEventListener("abort", onAbort);
      };
      const fail = (error: Error): void => {
        end();
        reject(error);
        request.destroy();
      };
      const expire = (what: string, milliseconds: number): void =>
        fail(named(new Error(`There was no ${what} within ${milliseconds} ms.`), "TimeoutError"));
      const onAbort = (): void =>
        fail(
          named(
            new Error("The request was aborted.", { cause: abortSignal?.reason }),
            "AbortError",
          ),
        );
      let connecting: NodeJS.Timeout | undefined;
      const timer = setTimeout(() => expire("answer", this.#times.request), this.#times.request);
      abortSignal?.addEventListener("abort", onAbort, { once: true });
      request.once("socket", (socket) => {
        if (!socket.connecting) return;
        const { connection } = this.#times;
        connecting = setTimeout(() => expire("connection", connection), connection);
        socket.once(isSecure ? "secureConnect" : "connect", () => clearTimeout(connecting));
      });
      const onError = (error: NodeJS.ErrnoException): void =>
        fail(brokenConnection.has(error.code ?? "") ? named(error, "TimeoutError") : error);
      request.on("error", onError);
      request.once("response", (incoming) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("error", onError);
        incoming.once("end", () => {
          end();
          const body = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
          const { statusCode = 0, statusMessage: reason } = incoming;
          const response = { statusCode, reason, headers: headersOf(incoming), body };
          resolve({ response });
        });
      });
      request.end(outgoing.body);
    });
  }

  /** Closes the connections. */
  destroy(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  /** Part of the interface; there is nothing to change. */
  updateHttpClientConfig(): void {}

  /** Part of the interface. */
  httpHandlerConfigs(): Record<string, never> {
    return {};
  }
}
