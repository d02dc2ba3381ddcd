import type { LocalRegistry } from "./local-registry.ts";
import { runProgram } from "./run-program.ts";
import type { StrangerEnvironment } from "./stranger-environment.ts";

/** The scope of our packages: npm is told to look for it in the local registry, and only for it. */
export const scope = "@plinth";

/**
 * Publishes tarballs to a local registry, by npm itself.
 *
 * @param folder where npm runs: a folder outside of the repository
 */
export async function publishLocally(
  registry: LocalRegistry,
  tarballs: Iterable<string>,
  { environment, masks }: StrangerEnvironment,
  folder: string,
): Promise<void> {
  const options = {
    folder,
    environment: { ...environment, ...registry.environment(scope) },
    masks,
  };
  // Provenance is signed with the identity of a build server, which is not here.
  const words = ["publish", "--provenance=false", "--ignore-scripts"];
  await Promise.all(Array.from(tarballs, (file) => runProgram("npm", [...words, file], options)));
}
