import { type Binding, UnimplementedError } from "@plinth/core";
import { describeBothWays } from "@plinth/testing";
import { ApiKeyService, type IssueKeyRequest } from "api-keys/api";
import { anApiKey } from "api-keys/testing";
import { expect, test } from "vitest";
import { keepingInputs } from "./support/keeping-inputs.ts";

const unused = () => Promise.reject(new UnimplementedError("Not called here."));

/** Does to its request what an implementation should not do, but could. */
const bindCareless: Binding = (binder) =>
  binder.bind(ApiKeyService).toFactory([], () => ({
    async issueKey(request: IssueKeyRequest) {
      request.scopes.push("keys:write");
      return { ...anApiKey(), ...request, key: "a-key" };
    },
    verifyKey: unused,
    revokeKey: unused,
  }));

describeBothWays(ApiKeyService, { config: {}, bindings: [bindCareless] }, (service) => {
  test("what a callee does to its request does not reach the caller", async () => {
    const { accountId, userId } = anApiKey();
    const request = { accountId, userId, scopes: ["accounts:read" as const] };
    const answer = await keepingInputs(ApiKeyService, service).issueKey(request);
    expect(answer.scopes).toEqual(["accounts:read", "keys:write"]);
  });
});
