import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { moduleImports, type ModuleImport } from "./module-imports.ts";
import { allowedPackages, bundledPackages, eagerOptionalPeers } from "./rules.ts";

/** The parts of a package.json that say what a package may use. */
export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package as it stands in the repository. */
export interface PackageSources {
  /** Its folder, such as `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** The text of each file below `src`, by its path from the root, such as `packages/core/src/index.ts`. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Holds a package against the rules.
 *
 * @returns One sentence for each violation, with file and line; empty where all is well.
 */
export function checkPackage(checked: PackageSources): string[] {
  const { manifest, sources } = checked;
  const allowed = allowedPackages[manifest.name];
  if (allowed === undefined) {
    return [`${manifest.name} has no row in scripts/dependencies/rules.ts: say what it may use.`];
  }
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  const inManifest = Object.keys(declared)
    .filter((name) => isOurs(name) && (!allowed.includes(name) || bundledPackages.includes(name)))
    .map((name) => `${checked.folder}/package.json: ${manifest.name} must not depend on ${name}.`);
  const inSources = [...sources].flatMap(([file, source]) =>
    moduleImports(file, source).flatMap((imported) => {
      const fault = faultOf(imported, file, checked, allowed);
      return fault === undefined ? [] : [`${file}:${imported.line}: ${fault}`];
    }),
  );
  return [...inManifest, ...inSources];
}

function faultOf(
  { specifier, kind }: ModuleImport,
  file: string,
  { folder, manifest }: PackageSources,
  allowed: readonly string[],
): string | undefined {
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(file), specifier);
    return target.startsWith(`${folder}/src/`)
      ? undefined
      : `${specifier} leads out of ${folder}/src: import the package by its name.`;
  }
  if (isBuiltin(specifier)) {
    return specifier.startsWith("node:") ? undefined : `write node:${specifier}.`;
  }
  const name = packageName(specifier);
  if (name === manifest.name) return `${specifier} is this package itself: use a relative path.`;
  if (isOurs(name) && !allowed.includes(name)) {
    return `${manifest.name} must not use ${name}: dependencies run the other way.`;
  }
  if (bundledPackages.includes(name)) {
    if (manifest.devDependencies?.[name]) return undefined;
    return `${name} is not among the devDependencies of ${folder}/package.json.`;
  }
  if (!manifest.dependencies?.[name] && !manifest.peerDependencies?.[name]) {
    return `${name} is not declared in ${folder}/package.json.`;
  }
  if (kind === "static" && manifest.peerDependenciesMeta?.[name]?.optional === true) {
    const chosen = eagerOptionalPeers.some(
      (exception) => exception.peer === name && file.startsWith(exception.path),
    );
    if (!chosen) return `${name} is an optional peer: use \`import type\` or a lazy \`import()\`.`;
  }
  return undefined;
}

function isOurs(name: string): boolean {
  return name.startsWith("@plinth/");
}

function packageName(specifier: string): string {
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}
