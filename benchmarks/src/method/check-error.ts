/** Two contenders do not do the same work, so that comparing them would say nothing. */
export class CheckError extends Error {
  override readonly name = "CheckError";
}
