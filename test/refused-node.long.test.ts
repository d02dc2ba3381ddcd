import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packedPackage } from "./support/packed-package.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..");
const preload = join(import.meta.dirname, "support", "pretend-old-node.mjs");
const packages = ["config", "core", "data", "http", "messaging", "testing"];
// Those of them that a service imports first, in some order or other.
const entries = [
  "@plinth/config",
  "@plinth/core",
  "@plinth/core/errors",
  "@plinth/core/transport",
  "@plinth/data",
  "@plinth/data/conformance",
  "@plinth/data/dynamodb",
  "@plinth/data/firestore",
  "@plinth/data/postgres",
  "@plinth/http",
  "@plinth/http/jwt",
  "@plinth/messaging",
  "@plinth/messaging/conformance",
  "@plinth/messaging/memory",
  "@plinth/messaging/outbox",
  "@plinth/messaging/rabbitmq",
  "@plinth/testing",
  "@plinth/testing/matchers",
];
// What Node 20.19 has and 18 or 20.0 has not, of all that can be imported by name.
const newNames: Readonly<Record<string, readonly string[]>> = {
  "node:crypto": ["hash"],
  "node:fs": ["openAsBlob"],
  "node:path": ["matchesGlob"],
  "node:process": ["availableMemory", "getBuiltinModule", "loadEnvFile"],
  "node:stream": ["duplexPair"],
  "node:util": ["parseEnv", "styleText"],
  "node:v8": ["queryObjects"],
  "node:worker_threads": ["postMessageToThread"],
  "node:zlib": ["crc32"],
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-refused-"));
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "@plinth"), { recursive: true });
  const installed = await readdir(join(root, "node_modules"));
  for (const name of installed.filter((each) => each !== "@plinth" && !each.startsWith("."))) {
    await symlink(join(root, "node_modules", name), join(modules, name));
  }
  for (const name of packages) {
    const unpacked = join(modules, "@plinth", name);
    await mkdir(unpacked);
    const words = ["-xzf", packedPackage(`@plinth/${name}`), "-C", unpacked];
    await execute("tar", [...words, "--strip-components=1"]);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// A module that needs a newer Node would fail in its own words, and leave ours unsaid.
test.each(entries)("%s refuses an old Node before other packages run", async (entry) => {
  const said = await run(entry, { OLD_NODE: "18.20.8" });
  expect(said).toMatch(
    /Error: @plinth\/(?:core|config) needs Node 20\.19 .* this is Node 18\.20\.8/,
  );
  expect(said).not.toContain("too new");
});

test("what the modules of others are made to say would be seen", async () => {
  expect(await run("zod", { OLD_NODE: "18.20.8" })).toContain("too new");
  expect(await run("@plinth/core", { OLD_NODE: "20.19.0" })).toContain("too new");
  expect(await run("@plinth/core", {})).toBe("loaded\n");
});

// Links are made before anything runs, so that one missing name fails ahead of every message.
test.each(packages)("@plinth/%s imports no name that an old Node lacks", async (name) => {
  const dist = join(folder, "node_modules", "@plinth", name, "dist");
  const files = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith(".js"));
  const found: string[] = [];
  for (const file of files) {
    const text = await readFile(join(dist, file), "utf8");
    for (const [, names = "", from = ""] of text.matchAll(/^import \{(.*)\} from "(.*)";$/gm)) {
      const imported = names.split(",").map((each) => each.trim().split(" ")[0] ?? "");
      const missing = imported.filter((each) => newNames[from]?.includes(each));
      found.push(...missing.map((each) => `${file} imports ${each} of ${from}`));
    }
  }
  expect(files).not.toEqual([]);
  expect(found).toEqual([]);
});

async function run(entry: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const script = `await import(${JSON.stringify(entry)}); console.log("loaded");`;
  const words = ["--no-warnings", "--import", preload, "--input-type=module", "--eval", script];
  const ended = await execute(process.execPath, words, {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...environment },
  }).catch((error: Error & { stdout: string; stderr: string }) => error);
  return `${ended.stdout}${ended.stderr}`;
}
