import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isEngineRequired } from "@plinth/testing";

const programs = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];

const installed = programs.find((program) => existsSync(program));

/** Why tests that need PgBouncer are skipped here, for their title; empty when they run, or must. */
export const noPooler: string =
  installed !== undefined || isEngineRequired("postgres")
    ? ""
    : " (PgBouncer is not installed: apt-get install pgbouncer)";

// It refuses to run as root.
const unprivileged = { uid: 65_534, gid: 65_534 };

/** A PgBouncer that lends the server's connections for one transaction at a time. */
export class PgBouncer implements AsyncDisposable {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url;
    this.#process = process;
    this.#folder = folder;
  }

  /**
   * Starts it in front of a server.
   *
   * @param poolSize how many connections of the server it shares
   */
  static async start(server: string, poolSize: number): Promise<PgBouncer> {
    if (installed === undefined) throw new Error("PgBouncer is not installed.");
    const url = new URL(server);
    const [user, password] = [url.username, url.password].map(decodeURIComponent);
    const folder = mkdtempSync(join(tmpdir(), "plinth-pgbouncer-"));
    chmodSync(folder, 0o755);
    const port = await freePort();
    const file = join(folder, "pgbouncer.ini");
    writeFileSync(join(folder, "users.txt"), `"${user}" "${password}"\n`, { mode: 0o644 });
    writeFileSync(
      file,
      [
        "[databases]",
        `* = host=${url.hostname} port=${url.port} user=${user} password=${password}`,
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        `listen_port = ${port}`,
        "unix_socket_dir =",
        "auth_type = any",
        `auth_file = ${join(folder, "users.txt")}`,
        "pool_mode = transaction",
        `default_pool_size = ${poolSize}`,
        "",
      ].join("\n"),
      { mode: 0o644 },
    );
    const identity = process.getuid?.() === 0 ? unprivileged : {};
    const running = spawn(installed, [file], { stdio: "ignore", ...identity });
    url.port = String(port);
    const bouncer = new PgBouncer(url.href, running, folder);
    for (let attempt = 0; !(await accepts(port)); attempt += 1) {
      if (attempt === 500 || running.exitCode !== null) {
        await bouncer[Symbol.asyncDispose]();
        throw new Error("PgBouncer did not start.");
      }
      await delay(20);
    }
    return bouncer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode } = this.#process;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    if (exitCode === null && this.#process.kill("SIGKILL")) await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
