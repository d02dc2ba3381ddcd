import type { App, AppOptions } from "./app.ts";
import { AppCore } from "./app-core.ts";

/**
 * Makes an app. Nothing is loaded, made or opened before `start` or `run`.
 */
export function createApp<C extends object>(options: AppOptions<C>): App {
  return new AppCore(options);
}
