import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Something that a user can import, and where its types and its report are. */
export interface ApiEntry {
  readonly packageName: string;
  /** As it is imported: `@plinth/data/memory`. */
  readonly specifier: string;
  /** The package's folder. */
  readonly folder: string;
  /** The built declarations. */
  readonly types: string;
  /** The report's folder, and its name there. */
  readonly reportFolder: string;
  readonly reportFile: string;
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | { readonly types?: string }>>;
}

/** Every subpath with types that the packages of the repository export. */
export function apiEntries(root: string): ApiEntry[] {
  return readdirSync(join(root, "packages")).flatMap((name) => {
    const folder = join(root, "packages", name);
    const manifest = readManifest(folder);
    if (manifest === undefined || manifest.private === true) return [];
    return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]): ApiEntry[] => {
      if (typeof target === "string" || target.types === undefined) return [];
      const entry = subpath === "." ? "index" : subpath.slice("./".length).replaceAll("/", "-");
      return [
        {
          packageName: manifest.name,
          specifier: `${manifest.name}${subpath.slice(1)}`,
          folder,
          types: join(folder, target.types),
          reportFolder: join(folder, "api"),
          reportFile: `${entry}.api.md`,
        },
      ];
    });
  });
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch (error) {
    // A folder that git left behind without its files is not a package.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
