import type { Firestore, Settings } from "@google-cloud/firestore";
import { FailedPreconditionError } from "@plinth/core/errors";
import { loadPeer, rethrow } from "@plinth/support/load-peer";
import { ClosedError } from "../driver/closed-error.ts";
import { FirestoreTimeoutError } from "./error-code.ts";

/** How a {@link FirestoreConnection} gets its client. */
export interface ConnectOptions {
  readonly projectId?: string | undefined;
  readonly client?: Firestore | undefined;
}

/** The client of one driver: created at the first use, with a time limit for its answers. */
export class FirestoreConnection {
  readonly #options: ConnectOptions;
  readonly #timeout: number;
  readonly #waiting = new Set<Promise<unknown>>();
  #client: Promise<Firestore> | undefined;
  #stuck = 0;
  #isClosed = false;

  /** @param timeout The time limit of a request, in milliseconds. */
  constructor(options: ConnectOptions, timeout: number) {
    this.#options = options;
    this.#timeout = timeout;
  }

  /** Imports the package and makes the client, once. Rejects once the connection is closed. */
  client(): Promise<Firestore> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    this.#client ??= connect(this.#options);
    return this.#client;
  }

  /**
   * Sends a call of the client and waits for its answer, up to the time limit. The client itself retries for
   * minutes while it cannot connect, and has no option against it. After closing nothing is sent: a client
   * that was terminated would crash the process.
   */
  answer<R>(send: () => Promise<R>): Promise<R> {
    if (this.#isClosed) return Promise.reject(new ClosedError());
    const call = send();
    const answered = new Promise<R>((resolve, reject) => {
      let isOver = false;
      const timer = setTimeout(() => {
        isOver = true;
        this.#stuck += 1;
        this.#waiting.delete(answered);
        reject(new FirestoreTimeoutError(this.#timeout));
      }, this.#timeout);
      const settle = (): void => {
        clearTimeout(timer);
        if (isOver) this.#stuck -= 1;
        else this.#waiting.delete(answered);
      };
      call.then(
        (result) => {
          settle();
          resolve(result);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
    });
    this.#waiting.add(answered);
    return answered;
  }

  /** Closes the client, unless it belongs to the caller. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#client === undefined || this.#options.client !== undefined) return;
    await Promise.allSettled(this.#waiting);
    // A client that could not be created needs no end. Terminating a client that still retries causes an
    // unhandled rejection, which would crash the process: it is left to end by itself.
    const client = await this.#client.catch(() => undefined);
    if (this.#stuck === 0) await client?.terminate();
  }
}

/** Imports the client's package and makes a client, unless one is given. Sends no request. */
async function connect({ projectId, client }: ConnectOptions): Promise<Firestore> {
  if (client !== undefined) return client;
  const { Firestore } = await loadPeer({
    name: "@google-cloud/firestore",
    neededBy: "The Firestore driver",
    load: () => import("@google-cloud/firestore").catch(rethrow),
    missing: (message, options) => new FailedPreconditionError(message, options),
  });
  const settings: Settings = { ignoreUndefinedProperties: false };
  return new Firestore(projectId === undefined ? settings : { ...settings, projectId });
}
