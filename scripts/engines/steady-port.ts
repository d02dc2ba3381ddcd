import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";

/**
 * A port of 127.0.0.1 on which no process listens at the moment, outside the range that the system gives
 * to outgoing connections: a server that is away for a while finds it free when it comes back. From
 * inside that range, a client that keeps trying to connect can even meet itself.
 */
export async function steadyPort(): Promise<number> {
  const range = await readFile("/proc/sys/net/ipv4/ip_local_port_range", "utf8").catch(() => "");
  const first = Number(/^\d+/.exec(range)?.[0] ?? 32_768);
  const end = first > 12_000 ? first : 32_768;
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(10_000, end);
    if (await isFree(port)) return port;
  }
  throw new Error("there is no free port");
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
