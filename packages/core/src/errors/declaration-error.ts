/**
 * A declaration is wrong: a programming mistake in the service itself, found when its code is loaded or its
 * parts are put together. Never a service error, so that no caller is told that the request was at fault.
 */
export class DeclarationError extends TypeError {
  /**
   * @param message what is declared, what is wrong with it, and what is expected
   * @param options the cause, if there is one
   */
  // oxlint-disable-next-line no-useless-constructor -- the message is not optional here
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }

  static {
    Object.defineProperty(this.prototype, "name", {
      value: "DeclarationError",
      writable: true,
      configurable: true,
    });
  }
}
