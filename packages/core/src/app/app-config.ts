import type { Binder, Token, TypedToken } from "../di/index.ts";
import { token } from "../di/index.ts";

/** The part of an app's configuration that Plinth itself reads. Any class with these fields fits. */
export interface AppConfig {
  /** Such as `"production"`; on every log line. Default: `"development"`. */
  readonly environment?: string;
  /** The lowest level that is logged. Default: `"info"`. */
  readonly logLevel?: string;
  /** The address to listen on. */
  readonly host?: string;
  /** The port to listen on. */
  readonly port?: number;
  // For `bindHttp`, whose options have the defaults.
  /** The largest body that the HTTP server accepts, in bytes. */
  readonly bodyLimit?: number | undefined;
  /** The largest size of request line and headers together, in bytes. */
  readonly headerLimit?: number | undefined;
  /** How long a request may take to arrive completely, in milliseconds. */
  readonly requestTimeout?: number | undefined;
  /** How long a method that is called over HTTP may take, in milliseconds. */
  readonly methodTimeout?: number | undefined;
  /** How long a client may read nothing of a response that is ready, in milliseconds. */
  readonly writeTimeout?: number | undefined;
  /** How many requests the HTTP server handles at a time. */
  readonly maxRequestsInFlight?: number | undefined;
  /** How long the HTTP server goes on accepting requests after the app has begun to stop, in milliseconds. */
  readonly drainDelay?: number | undefined;
  /** The origins whose pages may call the server, such as `https://app.example`; `*` alone for all. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** The proxies that are trusted to name the caller's address. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Whether the page that shows the OpenAPI document is served. */
  readonly serveDocs?: boolean | undefined;
}

/** The token of the app's configuration as far as Plinth reads it; `createApp` binds it. */
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
