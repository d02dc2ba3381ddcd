import { expect, test } from "vitest";
import { startProcess } from "../src/index.ts";

const run = (script: string) => startProcess(process.execPath, ["-e", script]);

test("captures both outputs, and the exit code once they are complete", async () => {
  await using child = await run("console.log('out'); console.error('bad'); process.exitCode = 3");
  expect(await child.exit).toEqual({ code: 3, signal: null });
  expect(child.stdout).toBe("out\n");
  expect(child.stderr).toBe("bad\n");
});

test("waits for output, that written before the call included", async () => {
  await using child = await run("console.log('port 1234'); setInterval(() => {}, 1000)");
  const [, port] = await child.waitForOutput(/port (\d+)/);
  expect(port).toBe("1234");
  await expect(child.waitForOutput(/port/)).resolves.toBeDefined();
});

test("a process that ends without the awaited output shows what it wrote", async () => {
  await using child = await run("console.error('no such table'); process.exitCode = 1");
  await expect(child.waitForOutput(/ready/)).rejects.toThrow(/ended \(1\).*no such table/s);
});

test("a wait that takes too long shows what was written so far", async () => {
  await using child = await run("console.log('starting'); setInterval(() => {}, 1000)");
  await child.waitForOutput(/starting/);
  await expect(child.waitForOutput(/ready/, 20)).rejects.toThrow(/20 ms passed.*starting/s);
});

test("gets only the environment it is given, and signals", async () => {
  await using child = await startProcess(
    process.execPath,
    ["-e", "console.log(process.env.GREETING); setInterval(() => {}, 1000)"],
    { environment: { GREETING: "hello", ABSENT: undefined } },
  );
  await child.waitForOutput(/hello/);
  child.kill();
  expect(await child.exit).toEqual({ code: null, signal: "SIGTERM" });
});

test("is gone once it is disposed", async () => {
  let child;
  {
    await using started = await run("setInterval(() => {}, 1000)");
    child = started;
  }
  expect(await child.exit).toEqual({ code: null, signal: "SIGKILL" });
});

test("a program that does not exist is an error of the start", async () => {
  await expect(startProcess("/no/such/program", [])).rejects.toThrow(/ENOENT/);
});
