import type { AddressInfo } from "node:net";

/** The app's HTTP server, bound by `bindHttp`. */
export abstract class HttpServer {
  static {
    // Tells the check of an app's bindings how it is bound.
    Object.defineProperty(this, Symbol.for("plinth.binding"), {
      value: (): string => "bindHttp(...)",
    });
  }

  /**
   * Where the server listens, such as `http://127.0.0.1:3000`.
   *
   * @throws Error before the app has started and after it has stopped
   */
  abstract get url(): string;

  /**
   * The address and port that the server listens on.
   *
   * @throws Error before the app has started and after it has stopped
   */
  abstract get address(): AddressInfo;

  /**
   * Starts to listen. The app calls it.
   *
   * @throws ListenError, meant for people, when the port is taken or may not be opened
   */
  abstract start(): Promise<void>;

  /**
   * Lets requests in flight finish. The app calls it when it begins to stop. New requests are still
   * answered meanwhile, `/ready` among them, for clients that do not know yet that the server stops.
   */
  abstract drain(hook: { readonly signal: AbortSignal }): Promise<void>;

  /**
   * Stops listening, closes connections on which no request is in progress, and waits for the last
   * answers until the signal is aborted; then it cuts them off. The app calls it.
   */
  abstract close(hook: { readonly signal: AbortSignal }): Promise<void>;
}
