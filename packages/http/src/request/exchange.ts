import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  CancelledError,
  DeadlineExceededError,
  type Principal,
  type RequestContext,
} from "@plinth/core";
import { continueTrace, limitTracestate, parseTraceparent } from "@plinth/core/transport";
import { isAnswered } from "./is-answered.ts";
import { requestIdOf } from "./request-headers.ts";

// A longer timer would fire at once.
const maxTimerDelay = 2_147_483_647;
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
  /** Its place among the requests in flight; `undefined` where it takes none. */
  slot: object | undefined;
  #principal: Principal | undefined;
  /** Out of sight, so that nobody who prints or logs a context shows a token. */
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

  /** Made when first asked for, as many requests neither log nor call anybody. */
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

  /** Who makes the request; `undefined` until the caller has been let in. */
  get principal(): Principal | undefined {
    return this.#principal;
  }

  /**
   * Lets the caller in.
   *
   * @param authorization the header by which the principal was established, if it was this one
   */
  accept(principal: Principal | undefined, authorization: string | undefined): void {
    this.#principal = principal;
    this.#authorization = principal === undefined ? undefined : authorization;
  }

  /** The header by which the principal of an exchange was established. */
  static authorizationOf(exchange: Exchange): string | undefined {
    return exchange.#authorization;
  }

  /**
   * Aborted when the client goes away or the deadline passes. Made when first asked for: calls of
   * repositories and of other services ask for it, and requests that make none are spared it.
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
        // The answer was that time ran out; whoever still works has not been told yet.
        expire();
      }
    };
    if (this.#response.closed) onClose();
    else this.#response.once("close", onClose);
    return controller.signal;
  }
}
