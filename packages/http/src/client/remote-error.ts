/** Which call it was, in words that are safe to log: the path as declared, without values. */
export interface CallTarget {
  /** The service's name, `things`. */
  readonly service: string;
  /** The method's name, `getThing`. */
  readonly method: string;
  /** `GET http://127.0.0.1:3000/things/:thingId` */
  readonly request: string;
}

/**
 * What happened on the wire: the `cause` of every error that a remote call rejects with, for the
 * log. It never leaves the process.
 */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  /** The service's name. */
  readonly service: string;
  /** The method's name. */
  readonly method: string;
  /** HTTP method and URL, the path as declared. */
  readonly request: string;
  /** The HTTP status that was received; `undefined` where there was no answer. */
  readonly status: number | undefined;

  /**
   * @param target which call it was
   * @param what what happened, continuing "GET http://… "
   * @param options `status`, and the lower layer's error as `cause`
   */
  constructor(
    target: CallTarget,
    what: string,
    options: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(
      `${target.request} ${what}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.service = target.service;
    this.method = target.method;
    this.request = target.request;
    this.status = options.status;
  }
}
