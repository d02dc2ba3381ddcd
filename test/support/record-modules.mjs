// Preloaded by `--import`: writes the address of every module that the process loads, ESM and
// CommonJS alike, as lines of the file named by LOADED_MODULES_FILE.
import { appendFileSync } from "node:fs";
import { createRequire, register } from "node:module";
import { isMainThread } from "node:worker_threads";

const file = process.env.LOADED_MODULES_FILE;

/** A loader hook: runs in the loader's own thread, for everything that is imported. */
export function load(url, context, nextLoad) {
  appendFileSync(file, `${url}\n`);
  return nextLoad(url, context);
}

if (isMainThread) {
  register(import.meta.url);
  // What CommonJS modules require of each other does not pass the hook.
  const { cache } = createRequire(import.meta.url);
  process.on("exit", () => appendFileSync(file, `${Object.keys(cache).join("\n")}\n`));
}
