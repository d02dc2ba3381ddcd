import { join } from "node:path";
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

/** Runs the tests that the documentation shows. */
export default defineConfig({
  root: join(import.meta.dirname, "..", "..", ".snippets"),
  ssr: { resolve: { conditions: ["@plinth/source", ...defaultServerConditions] } },
  test: { include: ["**/*.ts"], reporters: ["default"] },
});
