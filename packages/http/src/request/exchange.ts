import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  CancelledError,
  DeadlineExceededError,
  type Principal,
  type RequestContext,
} from "@plinth/core";
import { continueTrace, limitTracestate, parseTraceparent } from "@plinth/core/transport";
import { maxTimerDelay } from "@plinth/support/race";
import { requestIdOf } from "./request-headers.ts";

/** Timers may fire this much early, in milliseconds. */
const timerSlack = 1;

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The context of one HTTP request. */
export class Exchange implements RequestContext {
  readonly requestId: string;
  /** On the clock of `performance.now()`. */
  readonly begun: number = performance.now();
  deadline: number | undefined;
  /** Whether the request is meant for one revision alone, by `If-Match`. */
  isGuarded = false;
  /** Its place among the requests in flight; `undefined` if it has none. */
  slot: object | undefined;
  #principal: Principal | undefined;
  /** Private, so that printing or logging a context shows no token. */
  #authorization: string | undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #traceparent: string | undefined;
  #signal: AbortSignal | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.requestId = requestIdOf(request.headers) ?? randomUUID();
    this.#request = request;
    this.#response = response;
  }

  /** Made when first read: many requests neither log nor call another service. */
  get traceparent(): string {
    this.#traceparent ??= continueTrace(this.#incomingTrace);
    return this.#traceparent;
  }

  get tracestate(): string | undefined {
    if (parseTraceparent(this.#incomingTrace) === undefined) return undefined;
    return limitTracestate(headerText(this.#request.headers["tracestate"]));
  }

  get #incomingTrace(): string | undefined {
    return headerText(this.#request.headers["traceparent"]);
  }

  /** The caller; `undefined` until it was accepted. */
  get principal(): Principal | undefined {
    return this.#principal;
  }

  /**
   * Accepts the caller.
   *
   * @param authorization the header `Authorization`, if it established the principal
   */
  accept(principal: Principal | undefined, authorization: string | undefined): void {
    this.#principal = principal;
    this.#authorization = principal === undefined ? undefined : authorization;
  }

  /** The header `Authorization` that established the principal of an exchange. */
  static authorizationOf(exchange: Exchange): string | undefined {
    return exchange.#authorization;
  }

  /**
   * Aborted when the client disconnects or the deadline passes. Made when first read: calls to repositories
   * and other services read it, and other requests do without.
   */
  get signal(): AbortSignal {
    this.#signal ??= this.#watch();
    return this.#signal;
  }

  #watch(): AbortSignal {
    const controller = new AbortController();
    const expire = (): void =>
      controller.abort(new DeadlineExceededError("The deadline of the request has passed."));
    const remaining = (this.deadline ?? Number.POSITIVE_INFINITY) - Date.now();
    if (remaining <= 0) {
      expire();
      return controller.signal;
    }
    const timer = remaining > maxTimerDelay ? undefined : setTimeout(expire, remaining).unref();
    const onClose = (): void => {
      clearTimeout(timer);
      if (!isAnswered(this.#response)) {
        controller.abort(new CancelledError("The client closed the connection."));
      } else if ((this.deadline ?? Number.POSITIVE_INFINITY) - Date.now() <= timerSlack) {
        // The answer was that the deadline has passed: work that still runs has to stop.
        expire();
      }
    };
    if (this.#response.closed) onClose();
    else this.#response.once("close", onClose);
    return controller.signal;
  }
}

/**
 * Whether a closed response was sent completely; if not, the client disconnected before. An injected request
 * has no real socket: its stand-in stays open, and may still hold written data.
 */
export function isAnswered({ writableFinished, writableEnded, socket }: ServerResponse): boolean {
  return writableFinished || (writableEnded && socket?.destroyed === false);
}
