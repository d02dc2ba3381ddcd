import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

const fixture = fileURLToPath(new URL("fixtures/log-much.ts", import.meta.url));
const nodeWords = ["--import", "tsx", "--conditions=@plinth/source", fixture];

interface Running {
  readonly child: ChildProcess;
  readonly errors: () => string;
  readonly ended: Promise<number | null>;
}

function start(words: readonly (string | number)[], stdout: number | "pipe"): Running {
  const child: ChildProcess = spawn(process.execPath, [...nodeWords, ...words.map(String)], {
    stdio: ["ignore", stdout, "pipe"],
  });
  let errors = "";
  child.stderr?.on("data", (chunk) => (errors += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, errors: () => errors, ended };
}

const told = (errors: string): string[] =>
  errors.split("\n").filter((line) => line.startsWith("The log cannot be written"));

describe.skipIf(process.platform === "win32")("a log that cannot be written", () => {
  test.skipIf(!existsSync("/dev/full"))("to a full disk loses lines and says so once", async () => {
    const { errors, ended } = start([200, 300], openSync("/dev/full", "w"));
    expect(await ended).toBe(0);
    expect(errors()).toContain("over");
    expect(told(errors())).toEqual([expect.stringContaining("(ENOSPC)")]);
  });

  test("beyond the largest size of a file loses lines, not the process", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plinth-log-"));
    try {
      const command = `ulimit -f 16; exec "$0" "$@" > ${join(folder, "log")}`;
      const words = ["-c", command, process.execPath, ...nodeWords, "200", "100"];
      const child = spawn("bash", words, { stdio: ["ignore", "ignore", "pipe"] });
      let errors = "";
      child.stderr.on("data", (chunk) => (errors += String(chunk)));
      expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
      expect(told(errors)).toEqual([expect.stringContaining("(EFBIG)")]);
      expect(readFileSync(join(folder, "log"), "utf8")).toContain('"message":"0 xxx');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("to a closed pipe does not end the process", async () => {
    const { child, errors, ended } = start([1, 1_000], "pipe");
    child.stdout?.once("data", () => child.stdout?.destroy());
    expect(await ended).toBe(0);
    expect(errors()).toContain("over");
    expect(told(errors())).toEqual([expect.stringContaining("(EPIPE)")]);
  });

  test("to a reader that stops reading keeps 4 MiB, does not block, and counts what it lost", async () => {
    const { child, errors, ended } = start([20_000, 3_000], "pipe");
    // Its output is read after all is logged: a logger that waits for the reader would never get here.
    child.stdout?.pause();
    await expect.poll(errors).toContain("logged in");
    expect(told(errors())).toEqual([expect.stringContaining("its reader has stopped reading")]);
    let text = "";
    child.stdout?.on("data", (chunk) => (text += String(chunk)));
    child.stdout?.resume();
    expect(await ended).toBe(0);
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const numbered = lines.filter(({ message }) => /^\d+ x/.test(String(message)));
    expect(numbered.length).toBeGreaterThan(3_000);
    expect(numbered.map(({ message }) => Number.parseInt(String(message), 10))).toEqual(
      numbered.map((_, index) => index),
    );
    expect(lines.find(({ lost }) => lost !== undefined)).toMatchObject({
      level: "warn",
      service: "much",
      environment: "test",
      lost: 20_000 - numbered.length,
    });
    expect(lines.at(-1)).toMatchObject({ message: "later" });
  });

  test("at the end of the process waits for a slow reader", async () => {
    const { child, ended } = start([2_000, 0], "pipe");
    let text = "";
    child.stdout?.on("data", (chunk) => (text += String(chunk)));
    expect(await ended).toBe(0);
    expect(text.trim().split("\n")).toHaveLength(2_000);
  });
});
