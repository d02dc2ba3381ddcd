import { join } from "node:path";
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// "module" is for bundlers: the files that the AWS SDK gives under it do not load in Node.
const nodeConditions = defaultServerConditions.filter((condition) => condition !== "module");

/** Runs the tests that the documentation shows. */
export default defineConfig({
  root: join(import.meta.dirname, "..", "..", ".snippets"),
  ssr: { resolve: { conditions: ["@plinth/source", ...nodeConditions] } },
  test: { include: ["**/*.ts"], reporters: ["default"] },
});
