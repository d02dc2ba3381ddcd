import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { onCore } from "../method/cores.ts";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    request({ port, host: "127.0.0.1", path: "/health", agent: false }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode === 200));
    })
      .on("error", () => resolve(false))
      .end();
  });
}

/** CPU time of all threads of a process so far, in microseconds, as Linux counts it. */
function cpuOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1_000;
}

/** A program that has answered its first request. */
export interface StartedProgram {
  readonly url: string;
  /** CPU time from its beginning to that answer, in microseconds. */
  readonly cpu: number;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a program and asks for its health until it answers.
 *
 * @param program its URL
 * @throws Error when it ends before, or has not answered within a minute
 */
export async function startProgram(program: URL): Promise<StartedProgram> {
  const port = await freePort();
  const [command = "", ...words] = onCore("measured", process.execPath, [fileURLToPath(program)]);
  const child = spawn(command, words, {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"],
      NODE_ENV: "production",
      ENVIRONMENT: "production",
      CLOUD: "local",
      PORT: String(port),
      LOG_LEVEL: "info",
    },
  });
  const exited = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const until = performance.now() + 60_000;
  while (!(await isHealthy(port))) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`${program.pathname} gave no answer.`);
    }
    // A refused connection costs the program nothing: it does not listen yet.
    await new Promise((resolve) => void setTimeout(resolve, 2));
  }
  return {
    url: `http://127.0.0.1:${port}`,
    cpu: cpuOf(child.pid ?? 0),
    stop: () => {
      child.kill("SIGKILL");
      return exited;
    },
  };
}
