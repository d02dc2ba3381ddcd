import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { afterEach, expect, test } from "vitest";

const fixture = fileURLToPath(new URL("fixtures/run-app.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves after a line on standard output; rejects if the process ends first. */
  said(line: string, times?: number): Promise<void>;
}

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
});

function run(scenario: string): Program {
  const child = spawn(
    process.execPath,
    ["--conditions=@plinth/source", "--import", "tsx", fixture, scenario],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  children.push(child);
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (line: string, times = 1): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.split("\n").filter((written) => written === line).length >= times) resolve();
      };
      child.stdout.on("data", look);
      child.once("close", () =>
        reject(new Error(`It ended without "${line}".\n${stdout}\n${stderr}`)),
      );
      look();
    });
  return { child, ended, said };
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s: drains, closes and ends with 0 although something keeps the event loop busy",
  async (signal) => {
    const program = run("plain");
    await program.said("ready");
    program.child.kill(signal);
    const { code, stdout, stderr } = await program.ended;
    expect(stdout).toMatch(/^draining\nclosing\n/m);
    expect([code, stderr]).toEqual([0, ""]);
  },
);

test("a fault of the bindings: only its message on standard error, exit code 1", async () => {
  const { code, stdout, stderr } = await run("graph").ended;
  expect(stderr).toBe(`The app "shop" cannot start: its bindings have a fault.
  1. nothing is not bound.
     Needed by: user -> nothing
     Fix: add its binding to the app's bindings: bind(nothing).toValue(...) or .toFactory(...).
`);
  expect([code, stdout]).toEqual([1, ""]);
});

test("a presentable error during the start: only its message, no stack", async () => {
  const { code, stdout, stderr } = await run("fails-for-people").ended;
  expect(stderr).toBe("Port 1 is taken (by [secret]; PASSWORD_LENGTH=5).\n");
  expect(stdout).not.toContain("    at ");
  expect(code).toBe(1);
});

test("another error during the start: logged with its stack, exit code 1", async () => {
  const { code, stdout } = await run("fails").ended;
  const lines = stdout.trim().split("\n");
  const fatal = lines.find((line) => line.includes('"level":"fatal"'));
  expect(fatal).toContain("shop could not start.");
  expect(fatal).toContain("cannot create");
  expect(fatal).toContain("run-app.ts");
  expect(code).toBe(1);
});

test("a signal during the start ends the start", async () => {
  const program = run("start-hangs");
  await program.said("starting");
  program.child.kill("SIGTERM");
  const { code, stdout } = await program.ended;
  expect(stdout).toContain("closing\n");
  expect(code).toBe(0);
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("a second signal %s ends at once, says so and gives %i", async (second, expected) => {
  const program = run("drain-hangs");
  await program.said("ready");
  // Two different signals, as copies of one signal close together count as one.
  program.child.kill(second === "SIGTERM" ? "SIGINT" : "SIGTERM");
  await program.said("draining");
  program.child.kill(second);
  const { code, stdout, stderr } = await program.ended;
  expect(stderr).toBe(
    `shop: a second signal (${second}) came while stopping; ending at once without waiting.\n`,
  );
  expect(stdout).not.toContain("closing");
  expect(code).toBe(expected);
});

test("copies of one signal, as npm and a terminal send them, are one signal", async () => {
  const program = run("plain");
  await program.said("ready");
  program.child.kill("SIGINT");
  program.child.kill("SIGINT");
  const { code, stdout } = await program.ended;
  expect(stdout).toContain("closing\n");
  expect(code).toBe(0);
});

test("a failing close: logged, exit code 1", async () => {
  const program = run("close-fails");
  await program.said("ready");
  program.child.kill("SIGTERM");
  const { code, stdout } = await program.ended;
  expect(stdout).toContain("job failed to close.");
  expect(stdout).toContain("cannot close");
  expect(code).toBe(1);
});

test.each([
  ["rejection", "a rejection without a handler"],
  ["exception", "an exception without a handler"],
])("an unhandled %s is logged and ends the process with 1", async (scenario, message) => {
  const { code, stdout, stderr } = await run(scenario).ended;
  const fatal = stdout.split("\n").find((line) => line.includes('"level":"fatal"'));
  expect(fatal).toContain(message);
  expect([code, stderr]).toEqual([1, ""]);
});

test("an app that its own code stops ends the process with 0", async () => {
  const { code, stdout } = await run("stop").ended;
  expect(stdout).toContain("closing\n");
  expect(code).toBe(0);
});

test("two apps: one stops, the other goes on; the process ends with the last", async () => {
  const program = run("two");
  await program.said("ready");
  program.child.kill("SIGUSR2");
  await program.said("closing");
  expect(program.child.exitCode).toBeNull();
  program.child.kill("SIGTERM");
  const { code, stdout } = await program.ended;
  expect(stdout.match(/^closing$/gm)).toHaveLength(2);
  expect(stdout).toContain('"message":"shop has stopped."');
  expect(code).toBe(0);
});
