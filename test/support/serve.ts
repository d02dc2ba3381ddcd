import { setTimeout as delay } from "node:timers/promises";
import { startProcess, type TestProcess } from "@plinth/testing";
import { freePort } from "../../scripts/engines/free-port.ts";

export interface ServeOptions {
  /** What the process sees beside the search path; `PORT` is chosen here. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** A service in a process of its own, ready to answer. */
export interface ServingProcess extends AsyncDisposable {
  readonly url: string;
  readonly process: TestProcess;
}

/**
 * Starts a Node program that serves on `PORT`, and waits until it says that it is ready.
 *
 * @throws {Error} Where it ends instead, with everything that it wrote.
 */
export async function serve(
  nodeArguments: readonly string[],
  { environment = {}, folder }: ServeOptions,
): Promise<ServingProcess> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess(process.execPath, nodeArguments, {
    environment: { ...bareEnvironment(), ...environment, PORT: port },
    folder,
  });
  try {
    if (!(await untilReady(url, started))) {
      throw new Error(`It ended before it was ready:\n${started.stdout}${started.stderr}`);
    }
    return { url, process: started, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
  } catch (error) {
    await started[Symbol.asyncDispose]();
    throw error;
  }
}

/** What any program needs, and nothing that could configure a service by accident. */
export function bareEnvironment(): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/" };
}

/**
 * Asks a service whether it is ready, until it is or its process has ended.
 *
 * @returns Whether it is ready.
 */
async function untilReady(url: string, started: TestProcess): Promise<boolean> {
  const ended = new AbortController();
  void started.exit.then(() => ended.abort());
  while (!ended.signal.aborted) {
    const response = await fetch(`${url}/ready`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return true;
    await delay(50);
  }
  return false;
}
