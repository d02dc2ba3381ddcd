import {
  type AnyServiceClass,
  type App,
  type AppOptions,
  type Binding,
  createApp,
  type Logger,
  type Token,
} from "@plinth/core";
import { type ClientOptions, createClient, HttpServer, type RemoteService } from "@plinth/http";
import { disposeAll } from "./dispose-all.ts";
import { fakeLogger } from "../fakes/fake-logger.ts";

/** Options of {@link testApp}. */
export interface TestAppOptions<C extends object = object> extends Omit<
  AppOptions<C>,
  "name" | "overrides"
> {
  /** Default: `"test"`. */
  readonly name?: string;
  /** Bindings that replace others, of `bindings` and of every app: `bind` here wins. Default: none. */
  readonly overrides?: Binding | readonly Binding[];
  /** Receives the log lines. Default: the test's `logger` in the fixture; else the lines are dropped. */
  readonly logger?: Logger;
}

/** Makes clients that call an app; see {@link RunningApp.client}. */
export type AppClient = <T extends object>(
  service: AnyServiceClass<T>,
  options?: Partial<ClientOptions>,
) => RemoteService<T>;

/** An app that has started. Disposing it (`await using`, or the `testApp` fixture) stops it. */
export interface RunningApp extends AsyncDisposable {
  readonly app: App;
  /**
   * The address of its HTTP server, without a trailing slash.
   *
   * @throws {GraphError} If the app binds no HTTP server.
   */
  readonly url: string;
  /**
   * Returns what a token is bound to.
   *
   * @throws {GraphError} If it is not bound.
   */
  readonly get: <T>(token: Token<T>) => T;
  /**
   * Makes a client that calls a service of this app over HTTP. It is closed with the app.
   *
   * @throws {GraphError} If the app binds no HTTP server.
   */
  readonly client: AppClient;
}

/**
 * Starts a real app from its real bindings, with chosen parts replaced. With a config whose `port` is 0,
 * as `testConfig` makes it, it listens on a free port.
 *
 * @param options The config, the bindings and the overrides.
 * @throws The errors of `App.start`: a fault in the bindings, a resource that does not open.
 */
export async function testApp<C extends object>(options: TestAppOptions<C>): Promise<RunningApp> {
  const { overrides = [], ...others } = options;
  const app = createApp({
    name: "test",
    logger: fakeLogger(),
    ...others,
    overrides: typeof overrides === "function" ? [overrides] : overrides,
  });
  await app.start();
  const clients: AsyncDisposable[] = [];
  return {
    app,
    get url() {
      return app.get(HttpServer).url;
    },
    get: (token) => app.get(token),
    client: (service, clientOptions) => {
      const client = createClient(service, { url: app.get(HttpServer).url, ...clientOptions });
      clients.push(client);
      return client;
    },
    [Symbol.asyncDispose]: () =>
      disposeAll([{ [Symbol.asyncDispose]: () => app.stop("The test is over.") }, ...clients]),
  };
}
