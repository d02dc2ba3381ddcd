import { defineConfig } from "vitest/config";

// One that is meant to fail, where somebody wants to see how that is told.
const include = process.env["FAILING_TEST"] === "yes" ? "failing" : "test";

export default defineConfig({
  test: {
    include: [`${include}/*.test.ts`],
    setupFiles: ["@plinth/testing/matchers"],
    testTimeout: 60_000,
  },
});
