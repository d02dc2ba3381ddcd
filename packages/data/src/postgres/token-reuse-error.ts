/** A token was used again for other actions. */
export class TokenReuseError extends Error {
  override readonly name = "TokenReuseError";

  constructor() {
    super("The token of the transaction was used for other actions within the last ten minutes.");
  }
}
