/** A call in words that are safe to log: the path as declared, without values. */
export interface CallTarget {
  /** The service's name, `things`. */
  readonly service: string;
  /** The method's name, `getThing`. */
  readonly method: string;
  /** `GET http://127.0.0.1:3000/things/:thingId` */
  readonly request: string;
}

/**
 * What happened on the wire, for the log: the `cause` of each error of a remote call. It never leaves the
 * process.
 */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  /** The service's name. */
  readonly service: string;
  /** The method's name. */
  readonly method: string;
  /** HTTP method and URL, the path as declared. */
  readonly request: string;
  /** The received HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined;

  /**
   * @param target the call
   * @param what what happened, as the continuation of "GET http://… "
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
