import { aMembership } from "users-accounts/testing";
import type { ApiKey } from "../api/index.ts";

/** A valid key, as others see it. @param values What the test is about. Default: it may read. */
export function anApiKey(values: Partial<ApiKey> = {}): ApiKey {
  const { accountId, userId } = aMembership();
  return { keyId: "0".repeat(64), accountId, userId, scopes: ["accounts:read"], ...values };
}
