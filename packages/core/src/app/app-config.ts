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
