import { AppInfo, type AppState, Health } from "@plinth/core";

/** The fields of a {@link fakeAppInfo}. */
export interface FakeAppInfoOptions {
  /** Default: `"test"`. */
  readonly name?: string;
  /** Default: `"test"`. */
  readonly environment?: string;
  /** The state, or a function that returns the current one. Default: `"running"`. */
  readonly state?: AppState | (() => AppState);
}

/**
 * The `AppInfo` that is injected into parts of an app, without an app.
 *
 * @param options Its fields.
 */
export function fakeAppInfo(options: FakeAppInfoOptions = {}): AppInfo {
  const { name = "test", environment = "test", state = "running" } = options;
  return new AppInfo(name, environment, typeof state === "function" ? state : () => state);
}

/**
 * The real `Health`, without an app: for tests of health checks and of the parts that register them.
 *
 * @param state The state of the app that it reports. Default: `"running"`.
 */
export function fakeHealth(state: AppState | (() => AppState) = "running"): Health {
  return new Health({ state: typeof state === "function" ? state : () => state });
}
