import { join } from "node:path";
import { checkPackage } from "./dependencies/check-package.ts";
import { readPackages } from "./dependencies/read-packages.ts";

const packages = readPackages(join(import.meta.dirname, ".."));
const violations = packages.flatMap(checkPackage);
for (const violation of violations) process.stderr.write(`${violation}\n`);
if (violations.length === 0) {
  process.stdout.write(`The dependencies of ${packages.length} packages run the right way.\n`);
} else process.exitCode = 1;
