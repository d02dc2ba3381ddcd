import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { LocalRegistry } from "./registry/local-registry.ts";
import { packPackages } from "./registry/pack-packages.ts";
import { publishLocally, scope } from "./registry/publish-locally.ts";
import { runProgram } from "./registry/run-program.ts";
import { strangerEnvironment } from "./registry/stranger-environment.ts";
import { markdownBlocks } from "./stranger/markdown-blocks.ts";
import { takeWalk, WalkError } from "./stranger/take-walk.ts";
import { walkthrough } from "./stranger/walkthrough.ts";

/**
 * Does what the documentation tells a newcomer, with the packages as npm would hand them out, in
 * folders that have nothing of this repository in reach, and prints how long each step took.
 */

/** Whose blocks a reader follows from the first to the last. */
const pages = ["docs/quick-start.md", "docs/writing-a-driver.md"];
const maxSeconds = 90;
const root = join(import.meta.dirname, "..");

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printTime(title: string, milliseconds: number): void {
  print(`  ${(milliseconds / 1000).toFixed(1).padStart(5)} s  ${title}`);
}

async function timed<R>(title: string, body: () => Promise<R>): Promise<R> {
  const started = performance.now();
  const result = await body();
  printTime(title, performance.now() - started);
  return result;
}

/** @throws {Error} Where Node or npm would find anything in a folder above this one. */
function refuseNeighbors(folder: string): void {
  const found = ["node_modules", "package.json"].find((name) => existsSync(join(folder, name)));
  if (found !== undefined) throw new Error(`${join(folder, found)} is in reach; set TMPDIR.`);
  if (dirname(folder) !== folder) refuseNeighbors(dirname(folder));
}

async function walkAll(folder: string): Promise<void> {
  refuseNeighbors(folder);
  const home = join(folder, "home");
  await mkdir(home);
  const stranger = await strangerEnvironment(home);
  const own = process.env as Record<string, string>;
  await timed("build", () =>
    runProgram("npm", ["run", "build"], { folder: root, environment: own }),
  );
  const tarballs = await timed("pack", () => packPackages(root, join(folder, "tarballs")));
  await using registry = await LocalRegistry.start();
  await timed("publish to a registry of this process", () =>
    publishLocally(registry, tarballs.values(), stranger, home),
  );
  for (const page of pages) await walkPage(page, folder);

  async function walkPage(page: string, parent: string): Promise<void> {
    print(page);
    const project = await mkdtemp(join(parent, "project-"));
    const text = await readFile(join(root, page), "utf8");
    const steps = walkthrough(page, markdownBlocks(page, text));
    if (!steps.some(({ kind }) => kind === "run")) throw new WalkError(`${page} has no commands.`);
    const environment = { ...stranger.environment, ...registry.environment(scope) };
    await takeWalk(
      steps,
      project,
      { ...stranger, environment },
      ({ title, milliseconds, output }) => {
        const tests = /^ *Tests +(.+)$/m.exec(stripVTControlCharacters(output))?.[1];
        printTime(tests === undefined ? title : `${title}: ${tests}`, milliseconds);
      },
    );
  }
}

const folder = await mkdtemp(join(tmpdir(), "plinth-stranger-"));
const started = performance.now();
try {
  await walkAll(folder);
  const seconds = (performance.now() - started) / 1000;
  printTime("in all", seconds * 1000);
  if (seconds > maxSeconds) print(`That is more than the ${maxSeconds} s that it should take.`);
} catch (error) {
  print(error instanceof Error ? `\nFAILED  ${error.message}` : String(error));
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
