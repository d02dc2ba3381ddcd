import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { moduleImports } from "../dependencies/module-imports.ts";
import type { Manifest } from "../registry/publishable-packages.ts";
import { checkManifest, type ManifestExpectations } from "./check-manifest.ts";

/** What a tarball is compared with. */
export interface Expectations extends ManifestExpectations {
  /** The text of the licence of the repository. */
  readonly license: string;
  /** Texts that must not be in any file, such as the path of the repository on this machine. */
  readonly secrets: readonly string[];
}

const meant = /^(?:README\.md|LICENSE|package\.json|dist\/.+\.(?:js|d\.ts)(?:\.map)?|src\/.+\.ts)$/;
// What only hands on what others export has nothing of its own to map.
const handsOn = /^(?:(?:import|export) [^;]*;\s*)*$/;
const needed = ["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts", "src/index.ts"];

/**
 * Finds what is wrong with an unpacked tarball.
 *
 * @param unpacked the folder that has its package.json
 * @returns one sentence for each fault
 */
export function checkContents(unpacked: string, expectations: Expectations): string[] {
  const read = (file: string): string => readFileSync(join(unpacked, file), "utf8");
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(unpacked.length + 1));
  const manifest: Manifest = JSON.parse(read("package.json"));
  const has = (file: string): boolean => files.includes(normalize(file));

  const faults = [
    ...needed.filter((file) => !has(file)).map((file) => `${file} is missing.`),
    ...files.filter((file) => !meant.test(file)).map((file) => `${file} is not meant to be there.`),
    ...files
      .filter((file) => /\.test\.|\.fixture\.|(?:^|\/)test\//.test(file))
      .map((file) => `${file} belongs to the tests.`),
    ...checkManifest(manifest, expectations),
    ...checkEntryPoints(manifest, has),
  ];
  if (has("LICENSE") && read("LICENSE") !== expectations.license) {
    faults.push("LICENSE is not that of the repository.");
  }
  if (has("README.md") && !read("README.md").startsWith(`# ${manifest.name}\n`)) {
    faults.push("README.md does not begin with the name of the package.");
  }
  for (const file of files) {
    const text = read(file);
    if (expectations.secrets.some((secret) => text.includes(secret))) {
      faults.push(`${file} names a path of this machine.`);
    }
    if (/^dist\/.*\.(?:js|d\.ts)$/.test(file) && !(file.endsWith(".js") && handsOn.test(text)))
      faults.push(...checkSourceMap(file, text, has, read));
  }
  faults.push(...checkSideEffects(manifest, files, read));
  return faults;
}

interface SourceMap {
  readonly sources: string[];
  readonly sourceRoot?: string;
  /** What is not in the package is written out here. */
  readonly sourcesContent?: readonly (string | null)[];
}

function checkSourceMap(
  file: string,
  text: string,
  has: (file: string) => boolean,
  read: (file: string) => string,
): string[] {
  const name = /^\/\/# sourceMappingURL=(.+)$/m.exec(text)?.[1];
  const map = name === undefined ? undefined : join(dirname(file), name);
  if (map === undefined || !has(map)) return [`${file} has no source map.`];
  const { sources, sourceRoot = "", sourcesContent }: SourceMap = JSON.parse(read(map));
  return sources
    .filter((_, index) => typeof sourcesContent?.[index] !== "string")
    .map((source) => join(dirname(map), sourceRoot, source))
    .filter((source) => !has(source))
    .map((source) => `${map} leads to ${source}, which is not in the package.`);
}

function checkEntryPoints({ exports, bin }: Manifest, has: (file: string) => boolean): string[] {
  return [...textsOf(exports), ...textsOf(bin)]
    .filter((target) => !target.startsWith("./") || !has(target))
    .map((target) => `An entry point leads to ${target}, which is not in the package.`);
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** A bundler leaves out what an import is only there for, unless the manifest names its module. */
function checkSideEffects(
  { sideEffects }: Manifest,
  files: readonly string[],
  read: (file: string) => string,
): string[] {
  const kept = Array.isArray(sideEffects) ? (sideEffects as string[]).map(normalize) : [];
  const absent = kept
    .filter((file) => !files.includes(file))
    .map((file) => `sideEffects names ${file}, which is not in the package.`);
  const modules = files.filter((file) => /\.(?:js|ts)$/.test(file) && !file.endsWith(".d.ts"));
  const dropped = modules.flatMap((file) =>
    bareImports(file, read(file)).flatMap((specifier) => {
      const target = specifier.startsWith(".") ? join(dirname(file), specifier) : file;
      if (kept.includes(target)) return [];
      return [
        `${file} imports ${specifier} for its effect, and sideEffects does not name ${target}.`,
      ];
    }),
  );
  return sideEffects === true ? [] : [...absent, ...dropped];
}

function bareImports(file: string, text: string): string[] {
  const lines = text.split("\n");
  return moduleImports(file, text)
    .filter(({ kind, line }) => kind === "static" && /^import\s*["']/.test(lines[line - 1] ?? ""))
    .map(({ specifier }) => specifier);
}
