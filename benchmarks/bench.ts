// Installs the peers, builds what is measured, and runs it: `npm run bench -- --quick http`.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

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

interface Manifest {
  name: string;
  exports: Record<string, string | { default: string }>;
}

/** What was built is found under the packages' names, apart from what others build meanwhile. */
function linkPackages(): void {
  const scope = join(output, "node_modules", "@plinth");
  mkdirSync(scope, { recursive: true });
  for (const name of readdirSync(join(output, "packages"))) {
    const manifest = JSON.parse(
      readFileSync(join(here, "..", "packages", name, "package.json"), "utf8"),
    ) as Manifest;
    const exports = Object.entries(manifest.exports).map(([path, target]) => [
      path,
      typeof target === "string" ? target : target.default.replace("./dist/", "./src/"),
    ]);
    writeFileSync(
      join(output, "packages", name, "package.json"),
      JSON.stringify({ ...manifest, exports: Object.fromEntries(exports) as object }),
    );
    const link = join(scope, name);
    if (!existsSync(link)) symlinkSync(join("..", "..", "packages", name), link);
  }
}

installPeers();
const compiler = join(here, "..", "node_modules", "typescript", "bin", "tsc");
run(process.execPath, [compiler, "-p", join(here, "tsconfig.json")], here);
linkPackages();
const [script = "main", ...words] =
  process.argv[2] === "--script" ? process.argv.slice(3) : ["main", ...process.argv.slice(2)];
run(process.execPath, [join(output, "benchmarks", "src", `${script}.js`), ...words], here);
// What was written into the page has to pass the check of its format.
run("npx", ["--no-install", "oxfmt", "docs/performance.md"], join(here, ".."));
