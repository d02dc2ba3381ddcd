import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { SkippedTestsReporter } from "./test/support/skipped-tests-reporter.ts";

// "module" is for bundlers: the files that the AWS SDK gives under it do not load in Node.
const nodeConditions = defaultServerConditions.filter((condition) => condition !== "module");

// The build server counts the tests in it.
const jsonReport = process.env["TEST_REPORT"];

export default defineConfig({
  // Our packages are tested from their sources: nothing has to be built first.
  ssr: { resolve: { conditions: ["@plinth/source", ...nodeConditions] } },
  test: {
    reporters: ["default", new SkippedTestsReporter(), ...(jsonReport ? ["json"] : [])],
    ...(jsonReport && { outputFile: { json: jsonReport } }),
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // What comes is waited for, for as long as a busy machine may need; the usual second is luck.
    expect: { poll: { timeout: 15_000 } },
    coverage: { include: ["packages/*/src/**"] },
    projects: [
      {
        extends: true,
        test: {
          name: "packages",
          include: ["{packages,examples}/*/test/**/*.test.ts", "benchmarks/test/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "repository",
          include: ["test/**/*.test.ts"],
          globalSetup: "test/support/pack-packages.ts",
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
