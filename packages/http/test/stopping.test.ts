import dns from "node:dns";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { createApp, Health, method, Service, type App } from "@plinth/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { bindHttp, HttpServer } from "../src/index.ts";

// A busy machine is no fault.
const patiently = { timeout: 15_000 };

abstract class WorkService extends Service("work", {
  wait: method({ http: "GET /wait", public: true, input: z.object({}), output: z.string() }),
  put: method({
    http: "POST /put",
    public: true,
    input: z.object({ text: z.string() }),
    output: z.string(),
  }),
}) {}

interface Working {
  readonly app: App;
  readonly port: number;
  /** Ends each call of `wait`, in their order. */
  readonly waiting: (() => void)[];
}

async function startWork(host = "127.0.0.1"): Promise<Working> {
  const waiting: (() => void)[] = [];
  const app = createApp({
    name: "work-service",
    config: { host, port: 0, bodyLimit: 1_000, logLevel: "fatal" },
    bindings: [
      (binder) =>
        binder.bind(WorkService).toValue({
          wait: () => new Promise((resolve) => waiting.push(() => resolve("done"))),
          put: async ({ text }) => text,
        }),
      bindHttp({ serve: [WorkService] }),
    ],
  });
  await app.start();
  onTestFinished(() => app.stop().catch(() => {}));
  return { app, port: app.get(HttpServer).address.port, waiting };
}

/** A connection by which bytes are sent as they are. */
class RawConnection {
  text = "";
  readonly socket: Socket;
  readonly closed: Promise<unknown>;

  constructor(port: number, host = "127.0.0.1") {
    this.socket = connect(port, host);
    this.socket.on("data", (chunk: Buffer) => {
      this.text += chunk.toString();
    });
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on("close", resolve);
    });
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  async send(bytes: string, expected = ""): Promise<void> {
    if (this.socket.connecting) await once(this.socket, "connect");
    this.socket.write(bytes);
    await expect.poll(() => this.text, patiently).toContain(expected);
  }
}

const head = (line: string): string => `${line} HTTP/1.1\r\nHost: x\r\n\r\n`;
const large =
  "POST /put HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{";

describe("a stop does not wait for a connection", () => {
  test.each([
    ["that has sent nothing", "", ""],
    ["that has sent half a header", "GET /wait HT", ""],
    ["that has sent half a second header", `${head("GET /health")}GET /wait HT`, "alive"],
    ["kept after /ready", head("GET /ready"), "ready"],
    ["whose client still sends a body that is too large", large, "413"],
    ["whose client still sends a body to nowhere", large.replace("/put", "/none"), "404"],
    ["whose client still sends a body of another type", large.replace("json", "xml"), "415"],
  ])("%s", async (_name, bytes, expected) => {
    const { app, port } = await startWork();
    const connection = new RawConnection(port);
    await connection.send(bytes, expected);
    // Rejects when the server has not closed within `closeTimeout`.
    await app.stop();
    await connection.closed;
  });

  test("that waits for a slow check of /ready: it is answered at once", async () => {
    const { app, port } = await startWork();
    let isAsked = false;
    app.get(Health).register(
      "slow",
      () => {
        isAsked = true;
        return new Promise(() => {});
      },
      { timeout: 60_000 },
    );
    const connection = new RawConnection(port);
    await connection.send(head("GET /ready"));
    await expect.poll(() => isAsked, patiently).toBe(true);
    await app.stop();
    await connection.closed;
    expect(connection.text).toMatch(/^HTTP\/1.1 503 /);
    expect(connection.text).toContain('"state":"draining"');
  });

  const hasIpv6 = Object.values(networkInterfaces())
    .flat()
    .some((found) => found?.address === "::1");

  test.skipIf(!hasIpv6)(
    "on the second address of localhost, where all is as on the first",
    async () => {
      const real = dns.lookup as (...given: unknown[]) => void;
      const spy = vi.spyOn(dns, "lookup").mockImplementation((...given: unknown[]) => {
        const [host, options] = given;
        const answer = given.at(-1) as (...found: unknown[]) => void;
        if (host !== "localhost") return real(...given);
        const isAll = Reflect.get(Object(options), "all") === true;
        const first = { address: "127.0.0.1", family: 4 };
        // As the hosts files of Debian and of Docker say it.
        const all = [first, { address: "::1", family: 6 }];
        process.nextTick(() => (isAll ? answer(null, all) : answer(null, first.address, 4)));
      });
      onTestFinished(() => spy.mockRestore());
      const { app, port } = await startWork("localhost");
      const garbage = new RawConnection(port, "::1");
      await garbage.send("garbage\r\n\r\n", "application/problem+json");
      const expecting = new RawConnection(port, "::1");
      await expecting.send(
        "GET /wait HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n",
        "expectation_failed",
      );
      const half = new RawConnection(port, "::1");
      await half.send("GET /wait HT");
      await app.stop();
      await half.closed;
      await expect(fetch(`http://[::1]:${port}/health`)).rejects.toThrow("fetch failed");
    },
  );
});

describe("a stop with requests in flight", () => {
  test("the answer says that its connection closes, though the request came before", async () => {
    const { app, port, waiting } = await startWork();
    const connection = new RawConnection(port);
    await connection.send(head("GET /wait"));
    await expect.poll(() => waiting.length, patiently).toBe(1);
    const stopped = app.stop();
    waiting[0]?.();
    await stopped;
    await connection.closed;
    expect(connection.text).toMatch(/^HTTP\/1.1 200 [^]*connection: close/i);
  });

  test("requests sent one behind the other are all answered, and the last says it", async () => {
    const { app, port, waiting } = await startWork();
    const connection = new RawConnection(port);
    await connection.send(head("GET /wait").repeat(3));
    await expect.poll(() => waiting.length, patiently).toBe(3);
    const stopped = app.stop();
    await connection.send(head("GET /wait"));
    await expect.poll(() => waiting.length, patiently).toBe(4);
    for (const end of waiting) end();
    await stopped;
    await connection.closed;
    const answers = connection.text.split(/(?=HTTP\/1\.1 )/);
    expect(answers.map((answer) => answer.split(" ")[1])).toEqual(["200", "200", "200", "200"]);
    expect(answers.map((answer) => /connection: close/i.test(answer))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test("those behind another, whose client has left, are waited for no longer", async () => {
    const { app, port, waiting } = await startWork();
    const connection = new RawConnection(port);
    await connection.send(head("GET /wait").repeat(2));
    await expect.poll(() => waiting.length, patiently).toBe(2);
    connection.socket.destroy();
    await connection.closed;
    // Would be the 20 seconds of `stopTimeout`, and an error at their end.
    await app.stop();
  });
});
