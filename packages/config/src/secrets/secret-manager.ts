/** A store of secrets, opened for one load. */
export interface SecretManager {
  /** The text of a secret. Throws `SecretReadError` with a reason for people. */
  read(name: string, limits: { signal: AbortSignal; timeout: number }): Promise<string>;
  close(): Promise<void>;
}

/** Why a secret could not be read, in one sentence. */
export class SecretReadError extends Error {
  override readonly name: string = "SecretReadError";
}

/**
 * Loads an optional package.
 *
 * @throws {SecretReadError} with the install command when it is not installed.
 */
export async function loadPackage<Module>(
  name: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const text = error instanceof Error ? error.message : "";
    // A package that is there but broken has another name in its message, or another code.
    const isMissing =
      text.includes(name) && /Cannot find (package|module)|Failed to load/.test(text);
    if (!isMissing) throw error;
    throw new SecretReadError(`reading it needs ${name}: run "npm install ${name}".`);
  }
}

/**
 * Goes on with what an import failed of. An import with a handler counts as optional for bundlers:
 * without one, esbuild refuses to bundle a service that has not installed a package that it does not use.
 */
export function rethrow(error: unknown): never {
  throw error;
}
