import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What our packages say about a package of others. */
export interface Range {
  readonly name: string;
  /** As npm reads it; the narrowest of our packages where they differ. */
  readonly range: string;
  /** Whether our packages bring it; otherwise their users install it. */
  readonly isBrought: boolean;
}

/** The part of a `package.json` that is read. */
export interface Manifest {
  readonly name: string;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The manifests of all packages of the repository. */
export function readManifests(root: string): Manifest[] {
  return readdirSync(join(root, "packages"))
    .map((name) => join(root, "packages", name, "package.json"))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, "utf8")) as Manifest);
}

/** What the packages depend on besides each other, by name. */
export function collectRanges(manifests: readonly Manifest[]): Range[] {
  const ours = new Set(manifests.map(({ name }) => name));
  const found = new Map<string, Range>();
  for (const { dependencies, peerDependencies } of manifests) {
    for (const [isBrought, ranges] of [
      [true, dependencies],
      [false, peerDependencies],
    ] as const) {
      for (const [name, range] of Object.entries(ranges ?? {})) {
        if (ours.has(name)) continue;
        const known = found.get(name);
        const isNarrower =
          known === undefined || compareVersions(oldestOf(range), oldestOf(known.range)) > 0;
        found.set(name, {
          name,
          range: isNarrower ? range : known.range,
          isBrought: isBrought || (known?.isBrought ?? false),
        });
      }
    }
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

/**
 * The oldest version of a range, as its text says: a range begins at a version that exists.
 *
 * @throws {Error} Where the text names no version.
 */
export function oldestOf(range: string): string {
  const [, major, minor = "0", patch = "0"] = /(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(range) ?? [];
  if (major === undefined) throw new Error(`The range "${range}" does not say where it begins.`);
  return `${major}.${minor}.${patch}`;
}

/** The newest versions of the oldest major of a range, where it has more than one; as npm reads it. */
export function middleOf(range: string): string | undefined {
  const oldest = oldestOf(range);
  const isOpen = range.includes("||") || (range.startsWith(">=") && !range.includes("<"));
  return isOpen ? `^${oldest}` : undefined;
}

/**
 * The newest versions of a range, as npm reads it. Of several majors npm would take an older one that
 * suits the Node which installs; here the newest is meant, for any Node.
 */
export function newestOf(range: string): string {
  if (range.includes("||")) return range.split("||").at(-1)?.trim() ?? range;
  return middleOf(range) === undefined ? range : "latest";
}

function compareVersions(one: string, other: string): number {
  const [first, second] = [one, other].map((version) => version.split(".").map(Number));
  const at = first?.findIndex((part, index) => part !== second?.[index]) ?? -1;
  return at === -1 ? 0 : (first?.[at] ?? 0) - (second?.[at] ?? 0);
}
