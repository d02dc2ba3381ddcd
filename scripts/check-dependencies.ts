import { join } from "node:path";
import { checkLayers } from "./dependencies/check-layers.ts";
import { checkPackage } from "./dependencies/check-package.ts";
import { readPackages } from "./dependencies/read-packages.ts";

const packages = readPackages(join(import.meta.dirname, ".."));
const violations = packages.flatMap((each) => [...checkPackage(each), ...checkLayers(each)]);
for (const violation of violations) process.stderr.write(`${violation}\n`);
if (violations.length === 0) {
  process.stdout.write(`The dependencies of ${packages.length} packages run the right way.\n`);
} else process.exitCode = 1;
