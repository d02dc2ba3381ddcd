import type { App, AppOptions } from "./app.ts";
import { AppCore } from "./app-core.ts";

/**
 * Makes an app. Nothing happens before `start` or `run`.
 *
 * @param options see {@link AppOptions}
 */
export function createApp<C extends object>(options: AppOptions<C>): App {
  return new AppCore(options);
}
