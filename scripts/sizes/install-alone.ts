import { mkdtemp, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../registry/run-program.ts";
import type { StrangerEnvironment } from "../registry/stranger-environment.ts";
import type { Closure } from "./locked-closure.ts";

/** What came with an installation. */
export interface Installation {
  readonly folder: string;
  /** All packages, each as often as it is there, ours among them. */
  readonly packages: readonly InstalledPackage[];
  /** The bytes of all files of all packages. */
  readonly bytes: number;
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Whether npm runs a script of it on installation. */
  readonly hasInstallScript: boolean;
}

/**
 * Installs packages of ours into an empty project, the rest in the versions of the lock file, so that
 * the result changes when we change something and not when others publish something.
 *
 * @param parent where the project's folder is made
 */
export async function installAlone(
  names: readonly string[],
  { versions }: Closure,
  stranger: StrangerEnvironment,
  parent: string,
): Promise<Installation> {
  const folder = await mkdtemp(join(parent, "alone-"));
  // A name that is there in two versions cannot be pinned by its name.
  const pinned = [...versions].flatMap(([name, [version, ...others]]) =>
    version === undefined || others.length > 0 ? [] : [[name, version] as const],
  );
  const overrides = Object.fromEntries(pinned);
  const manifest = { name: "alone", private: true, overrides };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  const words = ["install", "--ignore-scripts", "--prefer-offline", ...names];
  await runProgram("npm", words, { folder, ...stranger });
  const lock: { packages: Record<string, { version?: string; hasInstallScript?: boolean }> } =
    JSON.parse(await readFile(join(folder, "node_modules", ".package-lock.json"), "utf8"));
  const packages = Object.entries(lock.packages).map(
    ([place, { version = "", hasInstallScript = false }]) => {
      return { name: place.replace(/^.*node_modules\//, ""), version, hasInstallScript };
    },
  );
  return { folder, packages, bytes: await bytesIn(join(folder, "node_modules")) };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile() && entry.name !== ".package-lock.json")
    .map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Packages of others whose script on installation is known: they bring prebuilt binaries, and compile only if
 * none of them fits. They work without the script if npm is told to skip it.
 */
const knownScripts: ReadonlySet<string> = new Set([
  // Keeps the data of an embedded DynamoDB with a `path`, through dynalite and level.
  "classic-level",
]);

/** What came undeclared, and what was declared and did not come, as sentences. */
export function surprises(
  { packages }: Installation,
  { versions, needed }: Closure,
  optionalPeers: ReadonlySet<string>,
): string[] {
  const undeclared = packages.flatMap(({ name, version }) => {
    const known = versions.get(name);
    if (known === undefined) {
      const why = optionalPeers.has(name) ? "an optional peer" : "nothing that was declared";
      return [`${name} came along, which is ${why}.`];
    }
    if (known.size !== 1 || known.has(version)) return [];
    return [`${name} came in ${version}, not in the version of package-lock.json.`];
  });
  const installed = new Set(packages.map(({ name }) => name));
  const missing = [...needed]
    .filter((name) => !installed.has(name))
    .map((name) => `${name} was declared and did not come.`);
  const scripts = packages
    .filter(({ name, hasInstallScript }) => hasInstallScript && !knownScripts.has(name))
    .map(({ name }) => `${name} runs a script on installation.`);
  return [...undeclared, ...missing, ...scripts];
}
