import { defineConfig } from "vitest/config";

// One that is meant to fail, to see how a failure is reported.
const include = process.env["FAILING_TEST"] === "yes" ? "failing" : "test";

export default defineConfig({
  test: {
    include: [`${include}/*.test.ts`],
    setupFiles: ["@plinth/testing/matchers"],
    testTimeout: 60_000,
  },
});
