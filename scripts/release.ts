import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalRegistry } from "./registry/local-registry.ts";
import { packPackages } from "./registry/pack-packages.ts";
import { publishablePackages } from "./registry/publishable-packages.ts";
import { publishLocally } from "./registry/publish-locally.ts";
import { runProgram } from "./registry/run-program.ts";
import { strangerEnvironment } from "./registry/stranger-environment.ts";
import { checkContents } from "./release/check-contents.ts";
import { unpack } from "./release/unpack.ts";

const usage = `Usage:
  npm run release:dry                    do all of a release but the upload
  npm run release:dry -- --skip-checks   without npm run check
It works on a clone of what is committed, and changes nothing here.`;

const root = join(import.meta.dirname, "..");
const inherited = process.env as Record<string, string>;

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function step<R>(title: string, body: () => Promise<R>): Promise<R> {
  const started = performance.now();
  const result = await body();
  const seconds = (performance.now() - started) / 1000;
  print(`${seconds.toFixed(1).padStart(6)} s  ${title}`);
  return result;
}

/** Rehearses the release of what is committed. */
async function rehearse(folder: string, skipChecks: boolean): Promise<void> {
  const clone = join(folder, "plinth");
  const home = join(folder, "home");
  await mkdir(home);
  const { environment, masks } = await strangerEnvironment(home);
  const runIn = (place: string, program: string, ...words: readonly string[]): Promise<string> =>
    runProgram(program, words, { folder: place, environment: inherited, masks });

  await step("clone what is committed", () =>
    runIn(root, "git", "clone", "--quiet", "--no-local", root, clone),
  );
  const uncommitted = (await runIn(root, "git", "status", "--porcelain")).trim();
  if (uncommitted !== "") {
    print(`          left out, as not committed: ${uncommitted.split("\n").length} files`);
  }
  await step("npm ci", () => runIn(clone, "npm", "ci", "--no-audit", "--no-fund"));
  const pending = (await readdir(join(clone, ".changeset"))).filter((name) => name.endsWith(".md"));
  if (pending.length > 0) {
    await step(`npm run release:version (${pending.length} changesets)`, () =>
      runIn(clone, "npm", "run", "release:version"),
    );
  }
  if (!skipChecks) await step("npm run check", () => runIn(clone, "npm", "run", "check"));
  await step("npm run build", () => runIn(clone, "npm", "run", "build"));
  const tarballs = await step("npm pack", () => packPackages(clone, join(folder, "tarballs")));
  await step("contents of the tarballs", () => refuseFaults(clone, folder, tarballs));
  await step("npm publish --dry-run --provenance", async () => {
    const words = ["publish", "--dry-run", "--provenance", "--ignore-scripts"];
    for (const file of tarballs.values()) await runIn(home, "npm", ...words, file);
  });
  await using registry = await LocalRegistry.start();
  await step("npm publish to a registry of this process", () =>
    publishLocally(registry, tarballs.values(), { environment, masks }, home),
  );

  print("", "Would be published:", "");
  for (const { name, version } of registry.published().toSorted(byName)) {
    const file = tarballs.get(name) ?? "";
    const { size } = await stat(file);
    const list = await runIn(folder, "tar", "-tzf", file);
    const files = list.trim().split("\n").length;
    print(`  ${name}@${version}  ${files} files, ${Math.ceil(size / 1000)} kB packed`);
  }
  const [first] = publishablePackages(clone);
  const log = join(clone, "packages", first?.folder ?? "", "CHANGELOG.md");
  print("", `As the CHANGELOG.md of ${first?.name} says it:`, "", await readFile(log, "utf8"));
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

async function refuseFaults(
  clone: string,
  folder: string,
  tarballs: ReadonlyMap<string, string>,
): Promise<void> {
  const packages = publishablePackages(clone);
  const versions = new Map(packages.map(({ name, manifest }) => [name, manifest.version]));
  const { engines } = JSON.parse(await readFile(join(clone, "package.json"), "utf8")) as {
    engines: unknown;
  };
  const license = await readFile(join(clone, "LICENSE"), "utf8");
  const faults: string[] = [];
  for (const { name, folder: own } of packages) {
    const unpacked = await unpack(tarballs.get(name) ?? "", join(folder, "unpacked", own));
    const expectations = { license, folder: own, versions, engines, secrets: [clone, root] };
    faults.push(...checkContents(unpacked, expectations).map((fault) => `${name}: ${fault}`));
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

const options = {
  help: { type: "boolean", default: false },
  "skip-checks": { type: "boolean", default: false },
} as const;
const { values } = parseArgs({ options });
if (values.help) {
  print(usage);
} else {
  const folder = await mkdtemp(join(tmpdir(), "plinth-release-"));
  try {
    await rehearse(folder, values["skip-checks"]);
    print("Nothing was uploaded.");
  } catch (error) {
    print("", `FAILED  ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
