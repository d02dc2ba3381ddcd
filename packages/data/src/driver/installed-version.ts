import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/**
 * The version of an installed package. Loads nothing of it.
 *
 * @returns `undefined` if its `package.json` is not found, as in a bundle that has no `node_modules`.
 */
export function installedVersion(name: string): string | undefined {
  try {
    const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
