import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

// A busy machine is no fault.
const patiently = { timeout: 15_000 };

interface Child {
  readonly process: ChildProcess;
  readonly messages: { readonly url?: string; readonly begun?: number }[];
  readonly exit: Promise<unknown[]>;
  readonly errors: string[];
}

function startProcess(environment: Record<string, string> = {}): Child {
  const path = fileURLToPath(new URL("slow-service.ts", import.meta.url));
  const process_ = fork(path, {
    execArgv: ["--conditions=@plinth/source", "--import", "tsx"],
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const child: Child = {
    process: process_,
    messages: [],
    exit: once(process_, "exit"),
    errors: [],
  };
  process_.on("message", (message: { url?: string; begun?: number }) => {
    child.messages.push(message);
  });
  process_.stderr?.on("data", (chunk: Buffer) => child.errors.push(chunk.toString()));
  onTestFinished(() => {
    process_.kill("SIGKILL");
  });
  return child;
}

test("SIGTERM with 20 slow requests in flight: not ready, all of them finish, exit code 0", async () => {
  const child = startProcess();
  await expect.poll(() => child.messages.at(-1)?.url, patiently).toBeDefined();
  const url = child.messages.at(-1)?.url ?? "";
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  const slow = Array.from({ length: 20 }, () => fetch(`${url}/wait`));
  await expect.poll(() => child.messages.at(-1)?.begun, patiently).toBe(20);
  child.process.kill("SIGTERM");
  await expect.poll(async () => (await fetch(`${url}/ready`)).status, patiently).toBe(503);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  child.process.send("release");
  const answers = await Promise.all(slow.map(async (answer) => (await answer).json()));
  expect(answers).toEqual(Array.from({ length: 20 }, () => ({ done: true })));
  expect(await child.exit).toEqual([0, null]);
});

test("a taken port: exit code 1, one message, no stack", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => {
    other.close();
  });
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const child = startProcess({ PORT: String(port) });
  expect(await child.exit).toEqual([1, null]);
  const text = child.errors.join("");
  expect(text).toContain(`Port ${port} on 127.0.0.1 is already in use.`);
  expect(text).not.toMatch(/\n\s+at /);
});
