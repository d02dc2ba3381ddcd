import { readFileSync } from "node:fs";
import { join } from "node:path";
import { engineEndpoint } from "@plinth/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runVitest } from "./run-vitest.ts";

/** What the message of each test of `kinds.fixture.ts` names. */
const kinds = {
  timer: /- a timer \(setTimeout, 60000 ms\)/,
  interval: /- a timer \(setInterval, 60000 ms\)/,
  "timer that goes off right after the test": /- a timer \(setTimeout, 20 ms\)/,
  server: /- a listening server on 127\.0\.0\.1:\d+/,
  socket: /- a connection to 127\.0\.0\.1:\d+/,
  datagrams: /- a UDP socket on 127\.0\.0\.1:\d+/,
  watcher: /- a file watcher/,
  "child process": /- a child process \(pid \d+\)/,
  worker: /- a worker thread/,
  "listener of the process": /- a listener of the process's "SIGUSR2"/,
  app: /- a listening server on 127\.0\.0\.1:\d+/,
};
const opens =
  /setTimeout|setInterval|listen\(|connect\(|createSocket|watch\(|spawn\(|new Worker|process\.on|app\.start|client\.send/;

const files = ["leaks/kinds", "leaks/databases", "leaks/innocent", "leaks/provided"];
const patience = 120_000;
let left: Map<string, Outcome>;
let mended: Map<string, Outcome>;
beforeAll(async () => {
  left = await runVitest(files, { DETECT_LEAKS: "yes" });
  mended = await runVitest(files, { MENDED: "yes" });
}, patience);

/** The line of the fixture file that a message names. */
function lineNamedIn(message: string): string {
  const [, name = "", line] = /opened at \S*\/(\w+\.fixture\.ts):(\d+):\d+/.exec(message) ?? [];
  const file = join(import.meta.dirname, "fixtures", "leaks", name);
  return readFileSync(file, "utf8").split("\n")[Number(line) - 1] ?? "";
}

describe("what a test leaves open fails it, by name and by the line that opened it", () => {
  test.each(Object.entries(kinds))("%s", (title, what) => {
    const { messages, status } = left.get(`leaks/kinds > ${title}`) ?? {};
    expect(status).toBe("failed");
    const [message = ""] = messages ?? [];
    expect(message).toMatch(what);
    expect(message.match(/^- /gm)).toHaveLength(1);
    expect(lineNamedIn(message)).toMatch(opens);
  });

  test("a database client with a pool, where idle connections count", () => {
    const [message = ""] = left.get("leaks/databases > dynamodb")?.messages ?? [];
    expect(message).toMatch(/- a connection to 127\.0\.0\.1:\d+/);
    expect(lineNamedIn(message)).toMatch(opens);
  });

  test.skipIf(engineEndpoint("postgres") === undefined)("a client of Postgres", () => {
    const [message = ""] = left.get("leaks/databases > postgres")?.messages ?? [];
    expect(message).toMatch(/- a connection to 127\.0\.0\.1:\d+/);
    expect(lineNamedIn(message)).toMatch(/client\.connect/);
  });

  test.skipIf(engineEndpoint("rabbitmq") === undefined)("an AMQP connection", () => {
    const [message = ""] = left.get("leaks/databases > rabbitmq")?.messages ?? [];
    expect(message).toMatch(/- a connection to 127\.0\.0\.1:\d+/);
    expect(lineNamedIn(message)).toMatch(/connect\(engineEndpoint\("rabbitmq"\)/);
  });
});

test("detection is turned on for a whole project by its configuration, and is off otherwise", async () => {
  const title = "leaks/provided > of the whole project";
  expect(left.get(title)?.messages[0]).toMatch(/- a timer \(setTimeout, 60000 ms\)/);
  expect((await runVitest(["leaks/provided"])).get(title)?.status).toBe("passed");
});

test("the same tests pass once they close what they open", () => {
  const failed = [...mended].filter(([, { status }]) => status === "failed");
  expect(failed).toEqual([]);
  expect(mended.size).toBeGreaterThan(Object.keys(kinds).length);
});

test("nothing is said about what is closed, kept by a pool, or belongs to others", () => {
  const innocent = [...left].filter(([title]) => title.startsWith("leaks/innocent"));
  expect(innocent.filter(([, { status }]) => status !== "passed")).toEqual([]);
  expect(innocent.length).toBeGreaterThan(8);
});
