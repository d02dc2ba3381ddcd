import { AppInfo, type AppState, Health } from "@plinth/core";

/** What a {@link fakeAppInfo} says; every field has a default. */
export interface FakeAppInfoOptions {
  /** Default: `"test"`. */
  readonly name?: string;
  /** Default: `"test"`. */
  readonly environment?: string;
  /** The state, or what tells it whenever it is asked for. Default: `"running"`. */
  readonly state?: AppState | (() => AppState);
}

/**
 * What a part of an app learns about it, without an app.
 *
 * @param options What it says.
 */
export function fakeAppInfo(options: FakeAppInfoOptions = {}): AppInfo {
  const { name = "test", environment = "test", state = "running" } = options;
  return new AppInfo(name, environment, typeof state === "function" ? state : () => state);
}

/**
 * The real `Health`, without an app: for parts that register checks, and for tests of the checks.
 *
 * @param state The state of the app that it reports. Default: `"running"`.
 */
export function fakeHealth(state: AppState | (() => AppState) = "running"): Health {
  return new Health({ state: typeof state === "function" ? state : () => state });
}
