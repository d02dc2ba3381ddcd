import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** Why tests on moto are skipped here; undefined when they run. */
export function motoSkipReason(): string | undefined {
  if (spawnSync("moto_server", ["--help"]).status === 0) return undefined;
  const named = (process.env["PLINTH_REQUIRE_ENGINES"] ?? "").split(",").map((name) => name.trim());
  const required = new Set(named);
  if (required.has("all") || required.has("moto")) return undefined;
  return 'moto_server is not installed: pip install "moto[server]"';
}

/** Starts moto on a free port; resolves when it answers, rejects when it ends instead. */
export async function startMoto(): Promise<{ endpoint: string; stop: () => void }> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const ended = new Promise<never>((_resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`moto_server ended with ${code}`)));
  });
  // After `stop` no one awaits it.
  ended.catch(() => undefined);
  await Promise.race([answering(endpoint, child), ended]);
  return { endpoint, stop: () => child.kill() };
}

async function answering(endpoint: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer !== undefined) return;
    await wait(50);
  }
}

/** A free port of the loopback address. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
