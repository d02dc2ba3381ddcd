import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../registry/publishable-packages.ts";

const repositoryUrl = "git+https://github.com/plinth-framework/plinth.git";

/**
 * Finds what keeps a manifest from being published as it should be.
 *
 * @returns one sentence for each fault
 */
export function checkManifest(
  manifest: Manifest,
  { folder, versions }: { readonly folder: string; readonly versions: ReadonlyMap<string, string> },
): string[] {
  const expected: Readonly<Record<string, unknown>> = {
    version: versions.get(manifest.name),
    license: "MIT",
    type: "module",
    engines: { node: ">=20.19" },
    // A signed statement of origin names the repository, which has to be this one.
    repository: { type: "git", url: repositoryUrl, directory: `packages/${folder}` },
    publishConfig: { access: "public", provenance: true },
    private: undefined,
    // What npm would run on install is something that nobody asked for.
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
  const needs = { ...dependencies, ...(optionalDependencies as Record<string, string>) };
  const outside = Object.entries({ ...needs, ...peerDependencies })
    .filter(([, range]) => /^$|^\*$|:|\//.test(range))
    .map(([name, range]) => `${name} is wanted as "${range}", which is no range of versions.`);
  // An exact version would give a user of two packages two copies of a third one, and with them two
  // tokens for one thing.
  const ours = Object.entries(needs)
    .filter(([name, range]) => versions.has(name) && range !== `^${versions.get(name)}`)
    .map(([name, range]) => `${name} is wanted as "${range}", not as "^${versions.get(name)}".`);
  const unreleased = Object.keys({ ...needs, ...peerDependencies })
    .filter((name) => name.startsWith("@plinth/") && !versions.has(name))
    .map((name) => `${name} is wanted, and is not published.`);
  return [...outside, ...ours, ...unreleased];
}
