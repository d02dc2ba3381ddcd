import { availableParallelism } from "node:os";
import { defaultServerConditions } from "vite";
import { configDefaults, defineConfig } from "vitest/config";
import { SkippedTestsReporter } from "./test/support/skipped-tests-reporter.ts";

// "module" is for bundlers: the files that the AWS SDK gives under it do not load in Node.
const nodeConditions = defaultServerConditions.filter((condition) => condition !== "module");

// The build server counts the tests in it.
const jsonReport = process.env["TEST_REPORT"];

/** Tests that compile, pack, start many processes or run for long: `vitest.all.config.ts` adds them. */
const long = "**/*.long.test.ts";
const exclude = [...configDefaults.exclude, long];

export default defineConfig({
  // Our packages are tested from their sources: nothing has to be built first.
  ssr: { resolve: { conditions: ["@plinth/source", ...nodeConditions] } },
  test: {
    reporters: ["default", new SkippedTestsReporter(), ...(jsonReport ? ["json"] : [])],
    ...(jsonReport && { outputFile: { json: jsonReport } }),
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // A busy machine needs more than the usual second.
    expect: { poll: { timeout: 15_000 } },
    coverage: { include: ["packages/*/src/**"] },
    // vitest would leave a processor free, and of two that is half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The files of a worker share its process: loading the packages takes longer than most tests.
    // `vitest.all.config.ts` isolates them and runs models at full length. The build server runs both.
    isolate: false,
    env: { PLINTH_MODEL_OPERATIONS: process.env["PLINTH_MODEL_OPERATIONS"] ?? "100" },
    projects: [
      {
        extends: true,
        test: {
          name: "packages",
          include: ["{packages,examples}/*/test/**/*.test.ts", "benchmarks/test/*.test.ts"],
          exclude,
        },
      },
      {
        extends: true,
        test: { name: "repository", include: ["test/**/*.test.ts"], exclude },
      },
    ],
  },
});
