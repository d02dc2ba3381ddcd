import { presentable } from "./presentable.ts";

/** An optional peer package, and what needs it. */
export interface Peer<M> {
  /** The package, as `npm install` takes it. */
  readonly name: string;
  /** Begins the message: "The Postgres driver". */
  readonly neededBy: string;
  /**
   * Imports it, with {@link rethrow} as the handler: `() => import("pg").catch(rethrow)`. A function at the
   * place of use, so that bundlers and type checkers see the name.
   */
  readonly load: () => Promise<M>;
  /** Makes the error when the package is not installed. */
  readonly missing: (message: string, options: ErrorOptions) => Error;
}

/**
 * Imports an optional peer package when it is first needed.
 *
 * @returns The module. Rejects with the error of `missing`, marked as presentable, if the package is not
 *   installed, and with the error of the import if loading it fails otherwise.
 */
export async function loadPeer<M>({ name, neededBy, load, missing }: Peer<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    const message = `${neededBy} needs the package ${name}, which is not installed; run: npm install ${name}`;
    throw presentable(missing(message, { cause: error }));
  }
}

// A package that is installed and lacks one of its own is another fault, and keeps its message.
function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" && error.message.includes(`'${name}'`);
}

/**
 * Throws an import's error again. Bundlers take an import that has a handler for optional: without one,
 * esbuild refuses to bundle a service that did not install a package that it does not use.
 */
export function rethrow(error: unknown): never {
  throw error;
}
