import { FailedPreconditionError } from "@plinth/core/errors";

/**
 * Imports an optional peer package when it is first needed.
 *
 * @param name the package, and what `npm install` is to be told
 * @param load imports it, with {@link rethrow} as the handler; a function of its own so that bundlers and type
 *   checkers see the name
 * @param need who needs it, for the message
 * @returns the module
 * @throws FailedPreconditionError, meant for people, when the package is not installed
 */
export async function loadPeer<M>(name: string, load: () => Promise<M>, need: string): Promise<M> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A package that is there but lacks one of its own is another fault.
    if (code !== "ERR_MODULE_NOT_FOUND" || !message.includes(`'${name}'`)) throw error;
    throw Object.defineProperty(
      new FailedPreconditionError(
        `${need} needs the package ${name}, which is not installed; run: npm install ${name}`,
        { cause: error },
      ),
      Symbol.for("plinth.presentable"),
      { value: true },
    );
  }
}

/**
 * Goes on with what an import failed of. An import with a handler counts as optional for bundlers:
 * without one, esbuild refuses to bundle a service that has not installed a package that it does not use.
 */
export function rethrow(error: unknown): never {
  throw error;
}
