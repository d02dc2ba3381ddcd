import { defineConfig, mergeConfig } from "vitest/config";
import base from "../../../../vitest.config.ts";

export default mergeConfig(
  { ...base, test: { ...base.test, projects: undefined } },
  defineConfig({
    test: { include: ["packages/messaging/test/mutants/mutants.suite.ts"], testTimeout: 5000 },
  }),
);
