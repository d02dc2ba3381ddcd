import type { Binder, Token, TypedToken } from "../di/index.ts";
import { token } from "../di/index.ts";

/** The part of an app's configuration that Plinth itself reads, whatever class it comes in. */
export interface AppConfig {
  /** Such as `"production"`; stands on every log line. Absent: `"development"`. */
  readonly environment?: string;
  /** The least level that is logged. Absent: `"info"`. */
  readonly logLevel?: string;
  /** The address to listen on. */
  readonly host?: string;
  /** The port to listen on. */
  readonly port?: number;
  // What follows is for `bindHttp`; absent: what its options say.
  /** The largest body that the HTTP server takes, in bytes. */
  readonly bodyLimit?: number | undefined;
  /** The largest request line and headers together, in bytes. */
  readonly headerLimit?: number | undefined;
  /** How long a request may take to arrive completely, in milliseconds. */
  readonly requestTimeout?: number | undefined;
  /** How long a method may take that is called over HTTP, in milliseconds. */
  readonly methodTimeout?: number | undefined;
  /** How long a client may take nothing of an answer that waits for it, in milliseconds. */
  readonly writeTimeout?: number | undefined;
  /** The most requests that the HTTP server has in flight at a time. */
  readonly maxRequestsInFlight?: number | undefined;
  /** How long the HTTP server goes on taking requests after the app began to stop, in milliseconds. */
  readonly drainDelay?: number | undefined;
  /** The origins whose pages may call, such as `https://app.example`; `*` alone for all. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** The proxies whose word on the caller's address counts. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Whether the page that shows the OpenAPI document is served. */
  readonly serveDocs?: boolean | undefined;
}

/** The app's configuration as far as Plinth reads it; bound by `createApp`. */
export const appConfig: TypedToken<AppConfig> = token<AppConfig>("appConfig");

/** Binds a configuration under its class and every class that it extends. */
export function bindConfig(binder: Binder, config: object): void {
  binder.bind(appConfig).toValue(config);
  let prototype: object | null = Object.getPrototypeOf(config) as object | null;
  while (prototype !== null && prototype !== Object.prototype) {
    const owner: unknown = prototype.constructor;
    if (typeof owner === "function") binder.bind(owner as unknown as Token<object>).toValue(config);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
}
