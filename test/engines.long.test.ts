import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GuardedProcess } from "../scripts/engines/guarded-process.ts";
import { parseArguments, UsageError } from "../scripts/engines/parse-arguments.ts";

const root = join(import.meta.dirname, "..");
const known = ["dynamodb", "firestore", "postgres"];
/** Milliseconds that a program may take on a busy machine. */
const patience = 30_000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-engines-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("without words, all engines start and run until interrupted", () => {
  expect(parseArguments([], known)).toEqual({ names: known, requireAll: false });
});

test("names choose engines, and a command keeps its own options", () => {
  const words = ["postgres", "exec", "--require-all", "npm", "test", "--", "--bail"];
  expect(parseArguments(words, known)).toEqual({
    names: ["postgres"],
    requireAll: true,
    execute: ["npm", "test", "--", "--bail"],
  });
});

test.each([
  [["mysql"], /no engine "mysql"; there are dynamodb, firestore, postgres/],
  [["exec"], /exec needs a command/],
  [["--fast"], /no option --fast/],
])("%j is refused", (words, message) => {
  expect(() => parseArguments(words, known)).toThrow(UsageError);
  expect(() => parseArguments(words, known)).toThrow(message);
});

test("stopping ends the program with all that it started, and removes its data", async () => {
  const dataFolder = await mkdtemp(join(folder, "data-"));
  const logFile = join(folder, "log");
  const running = new GuardedProcess({
    command: "sh",
    arguments: ["-c", "sleep 600 & echo $! > child; echo started; wait"],
    stopSignal: "TERM",
    dataFolder,
    logFile,
  });
  await vi.waitFor(async () => expect(await readFile(logFile, "utf8")).toBe("started\n"), patience);
  const grandchild = Number(await readFile(join(dataFolder, "child"), "utf8"));
  expect(isRunning(grandchild)).toBe(true);

  await running.stop();

  expect(running.end).toBe("SIGTERM");
  expect(existsSync(dataFolder)).toBe(false);
  await vi.waitFor(() => expect(isRunning(grandchild)).toBe(false), patience);
});

test("a program that ignores the request to end is made to", async () => {
  const dataFolder = await mkdtemp(join(folder, "data-"));
  const logFile = join(folder, "log");
  const running = new GuardedProcess({
    command: "sh",
    arguments: ["-c", "trap '' TERM; echo started; while :; do sleep 0.1; done"],
    stopSignal: "TERM",
    dataFolder,
    logFile,
    patience: 2,
  });
  await vi.waitFor(async () => expect(await readFile(logFile, "utf8")).toBe("started\n"), patience);
  await running.stop();
  expect(running.end).toBe("SIGKILL");
  expect(existsSync(dataFolder)).toBe(false);
});

test("a program that ends by itself is reported, and its data removed", async () => {
  const dataFolder = await mkdtemp(join(folder, "data-"));
  const running = new GuardedProcess({
    command: "sh",
    arguments: ["-c", "exit 3"],
    stopSignal: "TERM",
    dataFolder,
    logFile: join(folder, "log"),
  });
  expect(await running.ended).toBe("exit code 3");
  await running.stop();
  expect(existsSync(dataFolder)).toBe(false);
});

test("data that a later run needs are kept, unless no run is left to need them", async () => {
  const dataFolder = await mkdtemp(join(folder, "data-"));
  const options = {
    command: "sh",
    arguments: ["-c", 'echo "$WORD" >> words; sleep 600'],
    stopSignal: "TERM",
    dataFolder,
    keepData: true,
    logFile: join(folder, "log"),
  } as const;
  const words = () => readFile(join(dataFolder, "words"), "utf8").catch(() => "");
  const first = new GuardedProcess({ ...options, environment: { WORD: "first" } });
  await vi.waitFor(async () => expect(await words()).toBe("first\n"), patience);
  await first.stop();
  const second = new GuardedProcess({ ...options, environment: { WORD: "second" } });
  await vi.waitFor(async () => expect(await words()).toBe("first\nsecond\n"), patience);
  process.kill(second.pid ?? 0, "SIGKILL");
  await second.stop();
  expect(await words()).toBe("first\nsecond\n");

  const script = join(folder, "script.ts");
  await writeFile(
    script,
    `import { GuardedProcess } from ${JSON.stringify(join(root, "scripts/engines/guarded-process.ts"))};
     new GuardedProcess(${JSON.stringify(options)});
     setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, ["--import", "tsx", script], { cwd: root });
  await vi.waitFor(async () => expect(await words()).toMatch(/second\n\n/), patience);
  child.kill("SIGKILL");
  await vi.waitFor(() => expect(existsSync(dataFolder)).toBe(false), { timeout: patience });
});

test("an engine does not outlive a script that was killed", async () => {
  const dataFolder = await mkdtemp(join(folder, "data-"));
  const script = join(folder, "script.ts");
  const options = {
    command: "sleep",
    arguments: ["600"],
    stopSignal: "TERM",
    dataFolder,
    logFile: join(folder, "log"),
  };
  await writeFile(
    script,
    `import { GuardedProcess } from ${JSON.stringify(join(root, "scripts/engines/guarded-process.ts"))};
     new GuardedProcess(${JSON.stringify(options)});
     process.stdout.write("started");
     setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, ["--import", "tsx", script], { cwd: root });
  await once(child.stdout, "data");
  expect(existsSync(dataFolder)).toBe(true);
  child.kill("SIGKILL");
  await vi.waitFor(() => expect(existsSync(dataFolder)).toBe(false), { timeout: patience });
});

test("an engine that cannot start is named, with what to install", async () => {
  // A search path with node alone: neither Java nor gcloud is there.
  const words = ["dynamodb", "firestore", "exec", "--require-all", process.execPath, "--version"];
  const { code, stderr, stdout } = await engines(words, { PATH: folder });
  expect(code).toBe(1);
  expect(stderr).toContain('The engine dynamodb is absent: there is no program "java".');
  expect(stderr).toContain("The engine firestore is absent");
  expect(stderr).toMatch(/It needs .*default-jre-headless/);
  expect(stdout, "the command must not have run").toBe("");
});

test("a command line that makes no sense ends with 2 and the usage", async () => {
  const { code, stderr } = await engines(["mysql"], {});
  expect(code).toBe(2);
  expect(stderr).toMatch(/There is no engine "mysql".*\nUsage:/);
});

function engines(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | string | null | undefined; stdout: string; stderr: string }> {
  const programArguments = ["--import", "tsx", "scripts/engines.ts", ...words];
  const options = { cwd: root, env: { ...process.env, ...environment } };
  return new Promise((resolve) => {
    execFile(process.execPath, programArguments, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

/** A process that has ended but was not collected yet does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const status = `/proc/${pid}/stat`;
    return !existsSync(status) || !/^\d+ \(.*\) Z/.test(readFileSync(status, "utf8"));
  } catch {
    return false;
  }
}
