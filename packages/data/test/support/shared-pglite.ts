import { PGlite } from "@electric-sql/pglite";

let shared: Promise<PGlite> | undefined;

/**
 * The PGlite of this process, which ends with it: to start one costs seconds. Each test file uses a
 * schema of its own.
 */
export function sharedPglite(): Promise<PGlite> {
  shared ??= PGlite.create();
  return shared;
}
