import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A service in a process of its own, and what it has told. */
export interface Child {
  readonly process: ChildProcess;
  readonly messages: { readonly url?: string; readonly begun?: number }[];
  /** Exit code and signal. */
  readonly exit: Promise<unknown[]>;
  readonly errors: string[];
}

/** Starts `slow-service.ts`; it is killed at the end of the test at the latest. */
export function startProcess(environment: Record<string, string> = {}): Child {
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
