import { spawnSync } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { startProcess } from "@plinth/testing";

/** Why tests that need a program are skipped here, for their title; empty when they run. */
export function skipReason(program: string, howToInstall: string): string {
  if (spawnSync(program, ["--help"]).status === 0) return "";
  const required = (process.env["PLINTH_REQUIRE_ENGINES"] ?? "").split(",");
  if (required.some((name) => ["all", program].includes(name.trim()))) return "";
  return ` (${program} is not installed: ${howToInstall})`;
}

/** A server of moto: Amazon's services as far as one client at a time needs them. */
export class Moto implements AsyncDisposable {
  readonly endpoint: string;
  readonly #server: AsyncDisposable;

  private constructor(endpoint: string, server: AsyncDisposable) {
    this.endpoint = endpoint;
    this.#server = server;
  }

  /** Starts it on a free port; resolves when it answers. */
  static async start(): Promise<Moto> {
    const port = await freePort();
    const server = await startProcess("moto_server", ["-H", "127.0.0.1", "-p", String(port)]);
    const moto = new Moto(`http://127.0.0.1:${port}`, server);
    let hasEnded = false;
    void server.exit.then(() => (hasEnded = true));
    while ((await fetch(moto.endpoint).catch(() => undefined)) === undefined) {
      if (hasEnded) throw new Error(`moto_server ended: ${server.stderr}`);
      await delay(50);
    }
    return moto;
  }

  /** Sends a request of CloudFormation and returns its answer, an XML document. */
  async cloudFormation(
    action: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: {
        // It tells services apart by this, and checks no signature.
        authorization:
          "AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=none",
      },
      body: new URLSearchParams({ Action: action, Version: "2010-05-15", ...parameters }),
    });
    return { status: response.status, text: await response.text() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
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
