/**
 * A call came after `close()`, or was still under way when the driver's connections went. A database
 * rejects with `unavailable` in its place, and repeats nothing.
 */
export class ClosedError extends Error {
  override readonly name = "ClosedError";

  constructor(options?: ErrorOptions) {
    super("The database is closed.", options);
  }
}
