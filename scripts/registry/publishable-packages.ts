import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The fields of a package.json that the checks look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly [field: string]: unknown;
}

/** A package that is published. */
export interface PublishablePackage {
  /** Its folder below `packages`. */
  readonly folder: string;
  readonly name: string;
  readonly manifest: Manifest;
}

/** All packages that are published: every folder below `packages` that is not private. */
export function publishablePackages(root: string): PublishablePackage[] {
  return readdirSync(join(root, "packages"))
    .map((folder) => {
      const file = join(root, "packages", folder, "package.json");
      const manifest: Manifest = JSON.parse(readFileSync(file, "utf8"));
      return { folder, name: manifest.name, manifest };
    })
    .filter(({ manifest }) => manifest.private !== true);
}
