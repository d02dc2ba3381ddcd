// Installs the peers, builds what is measured, and runs it: `npm run bench -- --quick http`.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { bundlePackage } from "../scripts/build/bundle-package.ts";
import { publishablePackages } from "../scripts/registry/publishable-packages.ts";

const here = import.meta.dirname;
const output = join(here, "dist");

function run(program: string, words: readonly string[], folder: string): void {
  const { status } = spawnSync(program, words, { cwd: folder, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** The peers are installed where nothing else looks for packages, and only by who measures. */
function installPeers(): void {
  const mark = join(here, "node_modules", ".package-lock.json");
  const wanted = statSync(join(here, "package-lock.json")).mtimeMs;
  if (existsSync(mark) && statSync(mark).mtimeMs >= wanted) return;
  run("npm", ["ci", "--legacy-peer-deps", "--no-audit", "--no-fund"], here);
}

/** The packages are found under their names as they are published, apart from what others build meanwhile. */
async function linkPackages(): Promise<void> {
  const scope = join(output, "node_modules", "@plinth");
  mkdirSync(scope, { recursive: true });
  const built = new Set(readdirSync(join(output, "packages")));
  // What is bundled into the others is no package of its own.
  for (const { folder: name } of publishablePackages(join(here, ".."))) {
    if (!built.has(name)) continue;
    const source = join(here, "..", "packages", name);
    const target = join(output, "packages", name);
    await bundlePackage(source, join(target, "dist"));
    copyFileSync(join(source, "package.json"), join(target, "package.json"));
    const link = join(scope, name);
    if (!existsSync(link)) symlinkSync(join("..", "..", "packages", name), link);
  }
}

installPeers();
const compiler = join(here, "..", "node_modules", "typescript", "bin", "tsc");
run(process.execPath, [compiler, "-p", join(here, "tsconfig.json")], here);
await linkPackages();
const [script = "main", ...words] =
  process.argv[2] === "--script" ? process.argv.slice(3) : ["main", ...process.argv.slice(2)];
run(process.execPath, [join(output, "benchmarks", "src", `${script}.js`), ...words], here);
// What was written into the page has to pass the check of its format.
run("npx", ["--no-install", "oxfmt", "docs/performance.md"], join(here, ".."));
