import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../registry/publishable-packages.ts";

const repositoryUrl = "git+https://github.com/plinth-framework/plinth.git";

/** What the manifests of all packages have in common, and what of this one is known. */
export interface ManifestExpectations {
  /** The folder of the package below `packages`. */
  readonly folder: string;
  /** The versions of all packages that are released together, by name. */
  readonly versions: ReadonlyMap<string, string>;
  /** The field of the repository's own manifest. */
  readonly engines: unknown;
}

/**
 * Finds what keeps a manifest from being published as it should be.
 *
 * @returns one sentence for each fault
 */
export function checkManifest(
  manifest: Manifest,
  { folder, versions, engines }: ManifestExpectations,
): string[] {
  const expected: Readonly<Record<string, unknown>> = {
    version: versions.get(manifest.name),
    license: "MIT",
    type: "module",
    engines,
    // A signed statement of origin names the repository, which has to be this one.
    repository: { type: "git", url: repositoryUrl, directory: `packages/${folder}` },
    publishConfig: { access: "public", provenance: true },
    private: undefined,
    // Nothing may run on install that was not asked for.
    scripts: undefined,
  };
  const faults = Object.entries(expected)
    .filter(([field, value]) => !isDeepStrictEqual(manifest[field], value))
    .map(([field, value]) => `${field} is not ${JSON.stringify(value) ?? "absent"}.`);
  const { sideEffects } = manifest;
  if (sideEffects === undefined) faults.push("sideEffects is missing.");
  return [...faults, ...checkRanges(manifest, versions)];
}

function checkRanges(
  { dependencies, peerDependencies, optionalDependencies }: Manifest,
  versions: ReadonlyMap<string, string>,
): string[] {
  const needs = [dependencies, optionalDependencies as typeof dependencies].flatMap(entriesOf);
  const all = [...needs, ...entriesOf(peerDependencies)];
  const outside = all
    .filter(([, range]) => /^$|^\*$|:|\//.test(range))
    .map(([name, range]) => `${name} is wanted as "${range}", which is no range of versions.`);
  // An exact version would give a user of two packages two copies of a third one, and with them two
  // tokens for one thing.
  const ours = needs
    .filter(([name, range]) => versions.has(name) && range !== `^${versions.get(name)}`)
    .map(([name, range]) => `${name} is wanted as "${range}", not as "^${versions.get(name)}".`);
  const unreleased = all
    .filter(([name]) => name.startsWith("@plinth/") && !versions.has(name))
    .map(([name]) => `${name} is wanted, and is not published.`);
  return [...outside, ...ours, ...unreleased];
}

function entriesOf(ranges: Readonly<Record<string, string>> | undefined): [string, string][] {
  return Object.entries(ranges ?? {});
}
