import { FailedPreconditionError } from "@plinth/core/errors";

/**
 * Imports an optional peer package when a driver first needs it.
 *
 * @param name the package, and what `npm install` is to be told
 * @param load imports it, with {@link rethrow} as the handler; a function of its own so that bundlers and type
 *   checkers see the name
 * @param driver whose package it is, for the message
 * @returns the module; rejects with `failed_precondition` when the package is not installed
 */
export async function loadPeer<M>(
  name: string,
  load: () => Promise<M>,
  driver: string,
): Promise<M> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw Object.defineProperty(
      new FailedPreconditionError(
        `The ${driver} driver needs the package ${name}, which is not installed; run: npm install ${name}`,
        { cause: error },
      ),
      Symbol.for("plinth.presentable"),
      { value: true },
    );
  }
}

// A package that is there but misses one of its own is another fault, and must not be renamed.
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" && error.message.includes(`'${name}'`);
}

/**
 * Goes on with what an import failed of. An import with a handler counts as optional for bundlers:
 * without one, esbuild refuses to bundle a service that has not installed a package that it does not use.
 */
export function rethrow(error: unknown): never {
  throw error;
}
