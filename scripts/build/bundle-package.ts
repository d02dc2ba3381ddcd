import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { type OutputChunk, rolldown } from "rolldown";
import { bundledPackages } from "../dependencies/rules.ts";

type Target = string | { readonly [condition: string]: string };

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, Target>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly sideEffects: boolean | readonly string[];
}

/**
 * Puts the modules of a package together, into one file for each subpath that it exports, one for each
 * of its programs, and what these share. What is imported dynamically stays apart, and so does what is
 * installed beside the package; of our packages that are not published, the sources are taken in.
 *
 * @param folder the package's
 * @param output where its `dist` is to be; JavaScript of earlier builds is removed from there
 * @throws {Error} where an import is not found or of a package that the manifest does not name, a class
 *   would lose its name, or the manifest's `sideEffects` does not name a file that needs it
 */
export async function bundlePackage(folder: string, output: string): Promise<void> {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const programs = Object.values(manifest.bin ?? {});
  const bundle = await rolldown({
    cwd: folder,
    input: Object.fromEntries([...Object.values(manifest.exports), ...programs].flatMap(entryOf)),
    // What is installed beside the package, and Node's own.
    external: (specifier) =>
      !specifier.startsWith(".") &&
      !isAbsolute(specifier) &&
      !bundledPackages.includes(packageOf(specifier)),
    resolve: { conditionNames: ["@plinth/source"] },
    // Of a function of zod that is left out, no import must stay behind.
    treeshake: { moduleSideEffects: [{ test: /^zod(?:\/|$)/, sideEffects: false }] },
    platform: "neutral",
    tsconfig: false,
    transform: { target: "node20.19" },
    onLog: (level, { message }) => {
      if (level !== "debug") throw new Error(`${folder}: ${message}`);
    },
  });
  removeScripts(output);
  const written = await bundle.write({
    dir: output,
    format: "esm",
    chunkFileNames: "chunks/[name].js",
    // Imported before the other packages, which would fail on a Node that we refuse in their own words.
    codeSplitting: { groups: [{ name: "supported-node", test: /supported-node\.ts$/ }] },
    minifyInternalExports: false,
    comments: { legal: true, annotation: true, jsdoc: false },
    sourcemap: true,
    // The sources are packed as well.
    sourcemapExcludeSources: true,
  });
  await bundle.close();
  for (const file of written.output) {
    if (file.fileName.endsWith(".map")) embedForeignSources(join(output, file.fileName), folder);
  }
  for (const target of programs) chmodSync(join(output, nameOf(target)), 0o755);
  const chunks = written.output.filter((file) => file.type === "chunk");
  const faults = chunks.flatMap((chunk) => [
    ...renamedClasses(chunk),
    ...unnamedEffects(chunk, folder, manifest),
    ...undeclaredImports(chunk, chunks, manifest),
  ]);
  if (faults.length > 0) throw new Error(`${folder}: ${faults.join(" ")}`);
}

/** An entry's name among the built files, and its source. */
function entryOf(target: Target): [string, string][] {
  const built = typeof target === "string" ? target : (target["default"] ?? "");
  if (!built.endsWith(".js")) return [];
  const name = nameOf(built).slice(0, -".js".length);
  const source = typeof target === "string" ? undefined : target["@plinth/source"];
  return [[name, source ?? `./src/${name}.ts`]];
}

function nameOf(target: string): string {
  return target.slice("./dist/".length);
}

function removeScripts(output: string): void {
  if (!existsSync(output)) return;
  for (const file of readdirSync(output, { recursive: true, encoding: "utf8" })) {
    if (/\.js(?:\.map)?$/.test(file)) rmSync(join(output, file));
  }
}

/** The sources of the package are packed; what was taken in from beside it is written into the map. */
function embedForeignSources(file: string, folder: string): void {
  const map: { sources: string[]; sourcesContent?: (string | null)[] } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  const paths = map.sources.map((source) => join(dirname(file), source));
  const isForeign = (path: string): boolean => relative(folder, path).startsWith("..");
  if (!paths.some(isForeign)) return;
  map.sourcesContent = paths.map((path) => (isForeign(path) ? readFileSync(path, "utf8") : null));
  writeFileSync(file, JSON.stringify(map));
}

/** Errors, log lines and faults of a graph name classes. Two of one name in a file lead to a rename. */
function renamedClasses({ code, fileName }: OutputChunk): string[] {
  return [...code.matchAll(/\b(\w+)\$\d+ = class\b|\bclass (\w+)\$\d+\b/g)].map(
    ([, variable, name]) => `${fileName} has two classes called ${variable ?? name}; rename one.`,
  );
}

/** A user's bundler leaves out a module that is there for its effect, unless its file is named. */
function unnamedEffects(
  { moduleIds, fileName }: OutputChunk,
  folder: string,
  { sideEffects }: Manifest,
): string[] {
  const named = Array.isArray(sideEffects) ? (sideEffects as readonly string[]) : [];
  return moduleIds
    .map((module) => `./${relative(folder, module)}`)
    .filter((module) => named.includes(module) && !named.includes(`./dist/${fileName}`))
    .map((module) => `sideEffects names ${module}, and not ./dist/${fileName}, where it is.`);
}

/** What newer syntax is turned into can import a package of the build's own, which users do not have. */
function undeclaredImports(
  { imports, dynamicImports, fileName }: OutputChunk,
  chunks: readonly OutputChunk[],
  { name, dependencies, peerDependencies }: Manifest,
): string[] {
  const built = new Set(chunks.map((chunk) => chunk.fileName));
  const declared = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })]);
  return [...imports, ...dynamicImports]
    .filter((imported) => !built.has(imported) && !imported.startsWith("node:"))
    .filter((imported) => !declared.has(packageOf(imported)))
    .map((imported) => `${fileName} imports ${imported}, which its package.json does not name.`);
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
