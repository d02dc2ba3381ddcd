import { expect, test } from "vitest";

test("fails", () => {
  expect("one").toBe("two");
});
