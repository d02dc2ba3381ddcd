/** One place in `package-lock.json`. */
interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A lock file of npm. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** What a package brings along. */
export interface Closure {
  /** The versions of everything that may come, by name; our own packages are there without. */
  readonly versions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names of what has to come on every machine. */
  readonly needed: ReadonlySet<string>;
}

/**
 * Follows what packages declare through a lock file: dependencies, optional ones, and peers that are
 * not optional. An optional peer is nothing that comes by itself.
 *
 * @param names our packages
 * @throws {Error} Where something declared is not in the lock file.
 */
export function lockedClosure({ packages }: LockFile, names: readonly string[]): Closure {
  const versions = new Map<string, Set<string>>();
  const needed = new Set<string>();
  const seen = new Set<string>();

  const find = (name: string, from: string): string | undefined => {
    for (let folder = from; ; folder = folder.replace(/(?:^|\/)[^/]*$/, "")) {
      const place = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
      if (place in packages) return place;
      if (folder === "") return undefined;
    }
  };

  const follow = (name: string, from: string, isOptional: boolean): void => {
    const place = find(name, from);
    if (place === undefined) {
      if (isOptional) return;
      throw new Error(`${name}, wanted by ${from}, is not in package-lock.json: run npm install.`);
    }
    const entry = packages[place] ?? {};
    const target = entry.link === true ? (entry.resolved ?? place) : place;
    const { version, os } = packages[target] ?? {};
    const known = versions.get(name) ?? new Set();
    versions.set(name, known);
    if (entry.link !== true && version !== undefined) known.add(version);
    const isNeeded = !isOptional && os === undefined;
    if (seen.has(`${target} ${isNeeded}`)) return;
    seen.add(`${target} ${isNeeded}`);
    if (isNeeded) needed.add(name);
    followAll(target, isNeeded);
  };

  const followAll = (target: string, isNeeded: boolean): void => {
    const entry = packages[target] ?? {};
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = entry;
    for (const name of Object.keys(dependencies ?? {})) follow(name, target, !isNeeded);
    for (const name of Object.keys(optionalDependencies ?? {})) follow(name, target, true);
    for (const name of Object.keys(peerDependencies ?? {})) {
      if (peerDependenciesMeta?.[name]?.optional !== true) follow(name, target, !isNeeded);
    }
  };

  for (const name of names) follow(name, "", false);
  return { versions, needed };
}
