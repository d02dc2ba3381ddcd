import { defineConfig } from "vitest/config";
import quick from "./vitest.config.ts";

/** All tests: those of `npm test`, each file in a process of its own, and the long ones. */
export default defineConfig({
  ...quick,
  test: {
    ...quick.test,
    isolate: true,
    env: {},
    projects: [
      ...(quick.test?.projects ?? []),
      {
        extends: true,
        test: {
          name: "long",
          include: [
            "{packages,examples}/*/test/**/*.long.test.ts",
            "benchmarks/test/*.long.test.ts",
          ],
          // They start processes of their own, and some of them measure time.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "packed",
          include: ["test/**/*.long.test.ts"],
          globalSetup: "test/support/pack-packages.ts",
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
