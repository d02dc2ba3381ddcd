import { type App, type AppOptions, createApp, type Logger, type Token } from "@plinth/core";
import { HttpServer } from "@plinth/http";
import { fakeLogger } from "../logger/fake-logger.ts";

/** How to start an app with {@link startApp}. */
export interface StartAppOptions<C extends object = object> extends Omit<AppOptions<C>, "name"> {
  /** Default: `"test"`. */
  readonly name?: string;
  /** Takes what the app logs. Default: the `logger` of the test for the fixture, else nothing is kept. */
  readonly logger?: Logger;
}

/** An app that has started. Disposing it (`await using`, or the `startApp` fixture) stops it. */
export interface RunningApp extends AsyncDisposable {
  readonly app: App;
  /**
   * Where its HTTP server listens, without a slash at the end.
   *
   * @throws {GraphError} Where the app binds no HTTP server.
   */
  readonly url: string;
  /**
   * What a token is bound to.
   *
   * @throws {GraphError} Where it is not bound.
   */
  readonly get: <T>(token: Token<T>) => T;
}

/**
 * Starts a real app from its real bindings. Give it a config whose `port` is 0, as `testConfig`
 * makes it, and it listens on a free port.
 *
 * @param options The config, the bindings, and what to replace in them (`overrides`).
 * @throws What `App.start` throws: a fault in the bindings, a resource that does not open.
 */
export async function startApp<C extends object>(options: StartAppOptions<C>): Promise<RunningApp> {
  const app = createApp({ name: "test", logger: fakeLogger(), ...options });
  await app.start();
  return {
    app,
    get url() {
      return app.get(HttpServer).url;
    },
    get: (token) => app.get(token),
    [Symbol.asyncDispose]: () => app.stop("The test is over."),
  };
}
