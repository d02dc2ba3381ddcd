import type { AppState } from "../health/index.ts";

/** Name, environment and state of the app that injects it; `createApp` binds it. */
export class AppInfo {
  /** The name given to `createApp`. */
  readonly name: string;
  /** The environment of the configuration. Default: `"development"`. */
  readonly environment: string;
  readonly #state: () => AppState;

  constructor(name: string, environment: string, state: () => AppState) {
    this.name = name;
    this.environment = environment;
    this.#state = state;
  }

  /** The current state of the app. */
  get state(): AppState {
    return this.#state();
  }
}
