/**
 * A declaration is wrong: a mistake in the code of the service, found when the code is loaded or its parts are put
 * together. It is no service error, so no caller is told that the request was at fault.
 */
export class DeclarationError extends TypeError {
  /**
   * @param message What is declared, what is wrong with it, and what is expected.
   * @param options The cause, if there is one.
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
