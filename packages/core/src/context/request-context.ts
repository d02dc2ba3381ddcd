import type { JsonObject } from "../errors/json.ts";
import type { LogWriter } from "../logger/log-writer.ts";

/** Who makes a request, as established by an authorizer. */
export interface Principal {
  /** The stable id; it stands on every log line as `principalId`. */
  readonly id: string;
  /** What kind of caller: `"user"`, `"service"` …; absent: not said. */
  readonly kind?: string;
  /** What the caller was granted; absent: nothing is known about scopes. */
  readonly scopes?: readonly string[];
  /** Further claims of the credentials. They are not logged. */
  readonly claims?: JsonObject;
}

/** What is known of the request that is being served, wherever in it the code runs. */
export interface RequestContext {
  /** Names the request in logs, errors and the `x-request-id` header. */
  readonly requestId: string;
  /** This hop's W3C `traceparent`: send it as it is with every outgoing call. */
  readonly traceparent?: string | undefined;
  /**
   * The W3C `tracestate` of the trace, to be sent on unchanged: as received, within 512 characters and
   * 32 members. Absent: none came with a valid `traceparent`.
   */
  readonly tracestate?: string | undefined;
  /** Who asks; absent: nobody has been established. */
  readonly principal?: Principal | undefined;
  /** When the caller stops waiting, in milliseconds since the epoch; absent: no limit. */
  readonly deadline?: number | undefined;
  /** Aborted when the caller gives up or the deadline passes; absent: neither can happen. */
  readonly signal?: AbortSignal | undefined;
  /** The logger of whoever opened the context; its lines carry the context like any other's. */
  readonly logger?: LogWriter | undefined;
}

/** What a new context is made from. */
export interface ContextInit extends Partial<RequestContext> {
  /** The context to derive from. Absent: the current one; `null`: none, a request from outside. */
  readonly parent?: RequestContext | null | undefined;
}
