/**
 * A call came after `close()`, or was in flight when the driver's connections closed. The database rejects
 * with `unavailable` and does not retry.
 */
export class ClosedError extends Error {
  override readonly name = "ClosedError";

  constructor(options?: ErrorOptions) {
    super("The database is closed.", options);
  }
}
