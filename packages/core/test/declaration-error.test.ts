import { DeclarationError, isServiceError, toServiceError } from "@plinth/core";
import { DeclarationError as ofErrors } from "@plinth/core/errors";
import { expect, test } from "vitest";

test("a wrong declaration is a TypeError with its own name, and no service error", () => {
  const cause = new Error("why");
  const error = new DeclarationError("The key needs a field.", { cause });
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toMatchObject({ name: "DeclarationError", cause });
  expect(String(error)).toBe("DeclarationError: The key needs a field.");
  expect(isServiceError(error)).toBe(false);
  expect(toServiceError(error).code).toBe("internal");
  expect(ofErrors).toBe(DeclarationError);
});
