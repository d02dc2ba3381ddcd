import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkServer } from "../src/http/check-server.ts";
import { start as startFastify } from "../src/http/servers/fastify.ts";
import { start as startNodeHttp } from "../src/http/servers/node-http.ts";
import { start as startPlinth } from "../src/http/servers/plinth.ts";

let folder = "";
let port = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-check-"));
  ({ port } = await startPlinth({ server: "plinth" }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ["node:http", startNodeHttp],
  ["fastify", startFastify],
  ["plinth", startPlinth],
])("%s does the work, with and without lines", async (server, start) => {
  const logFile = join(folder, `${server.replace(":", "-")}.log`);
  const quiet = await start({ server });
  await checkServer(server, quiet.port, undefined);
  const loud = await start({ server, logFile });
  await checkServer(server, loud.port, logFile);
});

interface Answer {
  status: number;
  body: string;
  location: string | null;
}

/** A server that gives Plinth's answers, but for what `change` does to them. */
async function changed(change: (path: string, answer: Answer) => void): Promise<number> {
  const server = createServer((request, response) => {
    const forward = async (): Promise<void> => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = parts.length === 0 ? {} : { body: Buffer.concat(parts) };
      const { method = "GET", url = "" } = request;
      const sent = await fetch(`http://127.0.0.1:${port}${url}`, {
        method,
        headers: { "content-type": "application/json" },
        ...body,
      });
      const location = sent.headers.get("location");
      const answer: Answer = { status: sent.status, body: await sent.text(), location };
      change(`${method} ${decodeURIComponent(url)}`, answer);
      response.writeHead(answer.status, {
        "content-type": "application/json",
        ...(answer.location === null ? {} : { location: answer.location }),
      });
      response.end(answer.body);
    };
    void forward();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("a difference ends the comparison:", () => {
  test("none, through the same way", async () => {
    await checkServer("same", await changed(() => {}), undefined);
  });

  test.each<[string, string, (path: string, answer: Answer) => void]>([
    [
      "a field that leaks",
      "gives a thing without what is not declared",
      (_path, answer) => {
        answer.body = answer.body
          .replace(/^\{"thingId":"thing_seed7"/, '{"owner":"x",$&')
          .replace('{"owner":"x",{', '{"owner":"x",');
      },
    ],
    [
      "a bad input that is taken",
      "refuses an unknown field",
      (path, answer) => {
        if (path.startsWith("POST") && answer.status === 400) answer.status = 201;
      },
    ],
    [
      "another status",
      "creates a thing",
      (_path, answer) => {
        if (answer.status === 201) answer.status = 200;
      },
    ],
    [
      "a place that is not told",
      "creates a thing",
      (_path, answer) => {
        answer.location = null;
      },
    ],
  ])("%s", async (_what, title, change) => {
    const broken = checkServer("broken", await changed(change), undefined);
    await expect(broken).rejects.toThrow("broken does not do the same work as the others");
    await expect(broken).rejects.toThrow(title);
  });

  test("lines that are not written, or say less", async () => {
    const { port: silent } = await startPlinth({ server: "plinth" });
    const logFile = join(folder, "silent.log");
    await writeFile(logFile, "");
    const fault = "writes a line for each request";
    await expect(checkServer("silent", silent, logFile)).rejects.toThrow(fault);
    const full = await readFile(join(folder, "plinth.log"), "utf8");
    await writeFile(logFile, full.replaceAll('"requestId"', '"id"'));
    await expect(checkServer("silent", silent, logFile)).rejects.toThrow(fault);
  });
});
