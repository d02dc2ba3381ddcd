import { currentContext, PermissionDeniedError } from "@plinth/core";

/**
 * Keeps principals of one account out of the others. A principal without the claim `accountId`,
 * such as the operator, and calls that came through no entrance are not bound to any.
 */
export function requireAccount(accountId: string): void {
  const own = currentContext()?.principal?.claims?.["accountId"];
  if (own !== undefined && own !== accountId) {
    throw new PermissionDeniedError("The credentials are for another account.");
  }
}
