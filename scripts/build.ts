// Builds what is published: declarations by the compiler, and the code as bundles (ADR 0609).
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bundlePackage } from "./build/bundle-package.ts";
import { publishablePackages } from "./registry/publishable-packages.ts";

const root = join(import.meta.dirname, "..");

const { status } = spawnSync("npx", ["--no-install", "tsc", "-b", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(1);
for (const { folder: name } of publishablePackages(root)) {
  const folder = join(root, "packages", name);
  await bundlePackage(folder, join(folder, "dist"));
}
