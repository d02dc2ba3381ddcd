import { type Binding, createContext, runWithContext } from "@plinth/core";
import { ApiKeyAuthorizer, Authorizer } from "@plinth/http";
import { describeBothWays } from "@plinth/testing";
import { describe, expect, test } from "vitest";
import { bindings, EchoService } from "./both-ways-service.ts";

const bindAuthorizer: Binding = (binder) =>
  binder.bind(Authorizer).toValue(new ApiKeyAuthorizer(async () => undefined));
// Installed by another one, as composition roots do it.
const installed: Binding = (binder) => binder.install(bindAuthorizer);

describeBothWays(EchoService, { bindings: [...bindings, installed] }, (echo) => {
  test("a closed method is refused without a principal", async () => {
    await expect(echo.whoAmI({})).rejects.toMatchObject({
      code: "unauthenticated",
      details: { reason: "missing_credentials" },
    });
  });

  test("a closed method answers a principal", async () => {
    const context = createContext({ principal: { id: "ada" } });
    const { principal } = await runWithContext(context, () => echo.whoAmI({}));
    expect(principal).toBe("ada");
  });
});

describe("where that is said", () => {
  const open = { bindings: [...bindings, installed], authorization: "none" } as const;
  describeBothWays(EchoService, open, (echo) => {
    test("a closed method answers all", async () => {
      expect((await echo.whoAmI({})).principal).toBeUndefined();
    });
  });
});
