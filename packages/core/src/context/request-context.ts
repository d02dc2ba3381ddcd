import type { JsonObject } from "../errors/json.ts";
import type { LogWriter } from "../logger/log-writer.ts";

/** The authenticated caller of a request, as an authorizer established it. */
export interface Principal {
  /** The stable id; on every log line as `principalId`. */
  readonly id: string;
  /** The kind of caller: `"user"`, `"service"`, … Absent: unknown. */
  readonly kind?: string;
  /** What the caller was granted. Absent: unknown. */
  readonly scopes?: readonly string[];
  /** Further claims of the credentials. They are not logged. */
  readonly claims?: JsonObject;
}

/** The current request, for all code that runs on its behalf. */
export interface RequestContext {
  /** Identifies the request in logs, errors and the `x-request-id` header. */
  readonly requestId: string;
  /** This hop's W3C `traceparent`: send it unchanged with every outgoing call. */
  readonly traceparent?: string | undefined;
  /**
   * The W3C `tracestate` of the trace, within 512 characters and 32 members: send it unchanged. Absent: the
   * request had none, or no valid `traceparent`.
   */
  readonly tracestate?: string | undefined;
  /** The authenticated caller. Absent: the call is anonymous. */
  readonly principal?: Principal | undefined;
  /** When the caller stops waiting, in milliseconds since the epoch. Absent: no limit. */
  readonly deadline?: number | undefined;
  /** Aborted when the caller gives up or the deadline passes. Absent: neither can happen. */
  readonly signal?: AbortSignal | undefined;
  /** The logger of the code that opened the context. Absent: it gave none. */
  readonly logger?: LogWriter | undefined;
}

/** Options of `createContext`. Fields that are absent come from the parent. */
export interface ContextInit extends Partial<RequestContext> {
  /** The context to derive from; `null` for none, as for a request from outside. Default: the current one. */
  readonly parent?: RequestContext | null | undefined;
}
