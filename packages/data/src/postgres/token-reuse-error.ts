/** A token came with other actions than before. */
export class TokenReuseError extends Error {
  override readonly name = "TokenReuseError";

  constructor() {
    super("The token of the transaction was used for other actions within the last ten minutes.");
  }
}
