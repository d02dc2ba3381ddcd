import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { promisify } from "node:util";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDriver } from "./support/open-driver.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

const run = promisify(execFile);

/** A certificate of its own authority, for this machine and this hour. */
async function certificate(): Promise<{ readonly key: Buffer; readonly cert: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const kind = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "1",
  ];
  try {
    await run("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...subject]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describeWithEngine("rabbitmq", "RabbitMQ behind TLS", (url) => {
  const space = rabbitMqSpace(url);
  const secured = new URL(url.replace("amqp:", "amqps:"));
  let server: Server;
  let ca: Buffer;
  beforeAll(async () => {
    const { hostname, port } = new URL(url);
    const { key, cert } = await certificate();
    ca = cert;
    server = createServer({ key, cert }, (socket) => {
      const broker = connect(Number(port), hostname);
      socket.pipe(broker).pipe(socket);
      socket.on("error", () => broker.destroy());
      broker.on("error", () => socket.destroy());
    }).listen(0, "127.0.0.1");
    server.on("tlsClientError", () => undefined);
    await once(server, "listening");
    secured.host = `localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    await space[Symbol.asyncDispose]();
  });

  test("a broker whose authority is known is spoken to", async () => {
    await using opened = await openDriver(space.driver({ url: secured.href, tls: { ca } }));
    await opened.driver.ping?.({});
    expect(opened.driver.endpoint?.()).toBe(`amqps://${secured.host}/`);
  });

  test("a broker whose authority is unknown is not", async () => {
    const opening = openDriver(space.driver({ url: secured.href }));
    await expect(opening).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });
});
