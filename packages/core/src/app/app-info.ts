import type { AppState } from "../health/index.ts";

/** What there is to know about the app that one runs in; bound by `createApp`. */
export class AppInfo {
  /** The name given to `createApp`. */
  readonly name: string;
  /** The environment of the configuration; `"development"` where it names none. */
  readonly environment: string;
  readonly #state: () => AppState;

  constructor(name: string, environment: string, state: () => AppState) {
    this.name = name;
    this.environment = environment;
    this.#state = state;
  }

  /** The state of the app at this moment. */
  get state(): AppState {
    return this.#state();
  }
}
