import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { publishablePackages } from "./publishable-packages.ts";
import { runProgram } from "./run-program.ts";

/**
 * Packs what was built, as npm would upload it.
 *
 * @param root the repository
 * @param folder where the tarballs go
 * @returns the tarball of each package, by its name
 */
export async function packPackages(root: string, folder: string): Promise<Map<string, string>> {
  await mkdir(folder, { recursive: true });
  const workspaces = publishablePackages(root).map(
    ({ folder }) => `--workspace=packages/${folder}`,
  );
  const words = ["pack", "--json", "--ignore-scripts", `--pack-destination=${folder}`];
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const output = await runProgram("npm", [...words, ...workspaces], { folder: root, environment });
  const packed = Object.values(JSON.parse(output) as Record<string, Packed>);
  return new Map(packed.map(({ name, filename }) => [name, join(folder, filename)]));
}

interface Packed {
  readonly name: string;
  readonly filename: string;
}
