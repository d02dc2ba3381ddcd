import { join } from "node:path";
import { describeWithEngine, startProcess } from "@plinth/testing";
import { connect } from "amqplib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { CuttingProxy } from "../../data/test/support/cutting-proxy.ts";
import { parseCommand, UsageError } from "../src/command-line/parse-command.ts";
import { DeadLetters, type DriverSubscriptionDefinition } from "../src/index.ts";
import { BrokerConnection } from "../src/rabbitmq/broker-connection.ts";
import { messageOf, openDriver } from "./support/open-driver.ts";
import { rabbitMqSpace } from "./support/rabbitmq-space.ts";

const program = join(import.meta.dirname, "../src/command-line/plinth-dead-letters.ts");

async function run(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const nodeOptions = ["--import", "tsx", "--conditions=@plinth/source", program];
  const { RABBITMQ_URL: _, ...others } = process.env;
  const child = await startProcess(process.execPath, [...nodeOptions, ...words], {
    environment: { ...others, ...environment },
  });
  await using _child = child;
  const { code } = await child.exit;
  return { code, stdout: child.stdout, stderr: child.stderr };
}

/** Counts what is asked of all channels that are opened from now on. */
function countCalls(): { readonly get: number; readonly consume: number } {
  const calls = { get: 0, consume: 0 };
  const open = BrokerConnection.prototype.channel;
  vi.spyOn(BrokerConnection.prototype, "channel").mockImplementation(async function (
    this: BrokerConnection,
  ) {
    const channel = await open.call(this);
    for (const name of ["get", "consume"] as const) {
      const call = channel[name].bind(channel) as (...given: unknown[]) => Promise<never>;
      channel[name] = (...given: unknown[]) => {
        calls[name] += 1;
        return call(...given);
      };
    }
    return channel;
  });
  return calls;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the command line", () => {
  test.each([
    [[], /no command\./],
    [["empty", "a"], /no command "empty"/],
    [["list"], /list needs the name of a subscription/],
    [["show", "a"], /show needs the id of a letter\./],
    [["remove", "a"], /remove needs the id of a letter, or --all/],
    [["remove", "a", "1", "--all"], /an id or --all, not both/],
    [["list", "a", "1"], /"1" is one word too many/],
    [["list", "a", "--all"], /--all is for replay and remove/],
    [["replay", "a", "1", "--type", "x"], /--type is for --all/],
    [["list", "a", "--limit", "0"], /--limit takes a whole number from 1/],
    [["list", "a", "--force"], /--force/],
  ])("%j is refused", (words, message) => {
    const environment = { RABBITMQ_URL: "amqp://host" };
    expect(() => parseCommand(words, environment)).toThrow(UsageError);
    expect(() => parseCommand(words, environment)).toThrow(message);
  });

  test("an option wins over the environment; without either it says what is missing", () => {
    const words = ["list", "a", "--url", "amqp://given"];
    expect(parseCommand(words, { RABBITMQ_URL: "amqp://other" })).toMatchObject({
      url: "amqp://given",
    });
    expect(() => parseCommand(["list", "a"], {})).toThrow(/RABBITMQ_URL or --url/);
  });

  test("exit codes distinguish a command that is not valid from one that failed", async () => {
    const senseless = await run(["show", "a"]);
    expect(senseless).toMatchObject({ code: 2, stdout: "" });
    expect(senseless.stderr).toMatch(/needs the id.*\n\nUsage:/);
    const failed = await run(["list", "a"], {
      RABBITMQ_URL: "amqp://u:hidden-secret@127.0.0.1:1/v",
    });
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toContain("Connecting to RabbitMQ at amqp://127.0.0.1:1/v: ");
    expect(failed.stderr).not.toMatch(/hidden-secret|\n\s+at /);
  });
});

describeWithEngine("rabbitmq", "dead letters on RabbitMQ", (url) => {
  const space = rabbitMqSpace(url);
  let proxy: CuttingProxy;
  beforeAll(async () => {
    const { hostname, port } = new URL(url);
    proxy = await CuttingProxy.start(hostname, Number(port));
  });
  afterAll(async () => {
    await space[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  }, 60_000);
  const environment = { RABBITMQ_URL: url };
  const tool = (...words: readonly string[]) =>
    run([...words, "--prefix", space.prefix], environment);
  const definitionOf = (name: string): DriverSubscriptionDefinition => ({
    name,
    types: [`${name}.thing`, `${name}.other`],
    concurrency: 4,
    ordered: false,
    retryDelays: [],
  });

  /** Lets messages die. Resolves when all of them are letters. */
  async function bury(name: string, ids: readonly string[], type = `${name}.thing`): Promise<void> {
    await using opened = await openDriver(space.driver());
    const { driver } = opened;
    const reason = {
      code: "internal",
      message: "It\u001b[2Jcould not\nbe.",
      attempts: 3,
      at: 1e12,
    } as const;
    const before = (await driver.letters?.count({ subscription: name, kind: "dead" })) ?? 0;
    const subscription = await driver.subscribe(definitionOf(name), async () => ({
      kind: "dead",
      reason,
    }));
    await driver.publish(
      ids.map((id) => messageOf(type, { id, key: `key of ${id}` })),
      {},
    );
    const count = () => driver.letters?.count({ subscription: name, kind: "dead" });
    await expect.poll(count, { timeout: 10_000 }).toBe(before + ids.length);
    await subscription.drain();
  }

  /** What a new consumer gets. */
  async function received(name: string, count: number): Promise<string[]> {
    await using opened = await openDriver(space.driver());
    const came: string[] = [];
    await opened.driver.subscribe(definitionOf(name), async ({ id, attempt, redelivered }) => {
      came.push(`${id} ${attempt} ${redelivered}`);
      return { kind: "done" };
    });
    await expect.poll(() => came.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
    return came.toSorted();
  }

  test("list, show, replay and remove", { timeout: 90_000 }, async () => {
    const name = "tool.letters";
    await bury(name, ["a", "b", "c"]);
    const listed = await tool("list", name);
    expect(listed).toMatchObject({ code: 0, stderr: `3 of 3 letters of ${name}\n` });
    expect(listed.stdout.split("\n")).toEqual([
      expect.stringMatching(
        /^2001-09-09T01:46:40\.000Z {2}a {2}tool\.letters\.thing {2}key of a {2}internal {2}attempts=3 {2}It\\u001b\[2Jcould not\\nbe\.$/,
      ),
      expect.stringContaining("  b  "),
      expect.stringContaining("  c  "),
      "",
    ]);
    const page = await tool("list", name, "--json", "--limit", "1", "--offset", "1");
    expect(JSON.parse(page.stdout)).toMatchObject({ id: "b", reason: { code: "internal" } });
    const shown = await tool("show", name, "c");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      id: "c",
      key: "key of c",
      text: '{"id":"c"}',
    });
    expect(await tool("replay", name, "b")).toMatchObject({
      code: 0,
      stdout: "replayed 1 letter\n",
    });
    expect(await tool("remove", name, "a")).toMatchObject({
      code: 0,
      stdout: "removed 1 letter\n",
    });
    const missing = await tool("show", name, "a");
    expect(missing).toMatchObject({ code: 1, stdout: "" });
    expect(missing.stderr).toContain('no dead letter with the id "a"');
    expect(await received(name, 1)).toEqual(["b 1 true"]);
    expect((await tool("list", name)).stdout).toMatch(/^\S+ {2}c {2}.*\n$/);
    expect((await tool("list", name, "--skipped")).stderr).toBe(`0 of 0 letters of ${name}\n`);
  });

  test("what others wrote moves no cursor, on any way out", { timeout: 60_000 }, async () => {
    const name = "tool.foreign";
    const hostile = "\u009b2J\u202eOWNED\u2066\u2028\u0007";
    await bury(name, [`id${hostile}`]);
    const outputs = [
      // One after the other: what one of them holds the others do not see.
      await tool("list", name),
      await tool("list", name, "--json"),
      await tool("show", name, `id${hostile}`),
      await tool("show", name, `none${hostile}`),
      await tool("show", name, "a", `word${hostile}`),
    ];
    for (const { stdout, stderr } of outputs) {
      expect(stdout + stderr).toContain("OWNED");
      expect(stdout + stderr).not.toMatch(/[\p{Cf}\p{Zl}]|(?!\n)\p{Cc}/u);
    }
    const [, listed, shown] = outputs;
    // What is JSON still means what was written.
    expect(JSON.parse(listed?.stdout ?? "")).toMatchObject({ id: `id${hostile}` });
    expect(JSON.parse(shown?.stdout ?? "")).toMatchObject({ id: `id${hostile}` });
  });

  test(
    "many letters are read in few steps, and stay in their order",
    { timeout: 60_000 },
    async () => {
      const name = "tool.many";
      await bury(name, ["first"]);
      const count = 1_300;
      const connection = await connect(url);
      const channel = await connection.createConfirmChannel();
      const queue = `${space.prefix}:${name}:dead`;
      for (let n = 1; n < count; n += 1) {
        channel.sendToQueue(queue, Buffer.from("{}"), { messageId: `n${n}`, persistent: true });
      }
      await channel.waitForConfirms();
      await connection.close();
      const calls = countCalls();
      await using opened = await openDriver(space.driver());
      const letters = new DeadLetters(opened.driver, "dead");
      const expected = ["first", ...Array.from({ length: count - 1 }, (_, n) => `n${n + 1}`)];
      for (let round = 0; round < 3; round += 1) {
        const pages = [
          await letters.list(name, { limit: 1_000 }),
          await letters.list(name, { limit: 1_000, offset: 1_000 }),
        ];
        expect(pages.flat().map(({ id }) => id)).toEqual(expected);
      }
      // Six visits, each a consumer for every 500 letters, instead of one call for each letter.
      expect(calls.consume).toBeLessThanOrEqual(6 * 3);
      expect(calls.get).toBeLessThanOrEqual(6);
      const { changed } = await letters.removeAll(name, { filter: ({ id }) => id.endsWith("7") });
      expect(changed).toBe(expected.filter((id) => id.endsWith("7")).length);
      const left = await letters.list(name, { limit: 1_000 });
      expect(left.map(({ id }) => id)).toEqual(
        expected.filter((id) => !id.endsWith("7")).slice(0, 1_000),
      );
    },
  );

  test("a visit ends although another one holds the letters", async () => {
    const name = "tool.twice";
    await bury(name, ["a", "b"]);
    await using opened = await openDriver(space.driver());
    const box = { subscription: name, kind: "dead" } as const;
    const seen: string[] = [];
    await opened.driver.letters?.visit(
      box,
      async ({ id }) => {
        await opened.driver.letters?.visit(box, (letter) => (seen.push(letter.id), "keep"), {});
        return id === "a" ? "remove" : "keep";
      },
      {},
    );
    expect(seen).toEqual([]);
    expect(await opened.driver.letters?.count(box)).toBe(1);
  });

  test("all of a type, with progress", { timeout: 90_000 }, async () => {
    const name = "tool.progress";
    const ids = Array.from({ length: 205 }, (_, n) => `n${n}`);
    await bury(name, ids);
    await bury(name, ["other"], `${name}.other`);
    const removed = await tool("remove", name, "--all", "--type", `${name}.other`);
    expect(removed).toMatchObject({ code: 0, stdout: "removed 1 letter\n" });
    const replayed = await tool("replay", name, "--all");
    expect(replayed).toMatchObject({ code: 0, stdout: "replayed 205 letters\n" });
    expect(replayed.stderr).toMatch(
      /replayed \d+, visited 100 of 205\nreplayed \d+, visited 200 of 205\n/,
    );
    expect(await received(name, 205)).toEqual(ids.map((id) => `${id} 1 true`).toSorted());
    expect((await tool("list", name)).stderr).toBe(`0 of 0 letters of ${name}\n`);
  });

  test("a replay that is killed midway loses no letter", { timeout: 90_000 }, async () => {
    const name = "tool.killed";
    const ids = Array.from({ length: 400 }, (_, n) => `n${n}`);
    await bury(name, ids);
    const words = [
      "--import",
      "tsx",
      "--conditions=@plinth/source",
      program,
      "replay",
      name,
      "--all",
    ];
    const child = await startProcess(process.execPath, [...words, "--prefix", space.prefix], {
      environment: { ...process.env, ...environment },
    });
    await using _child = child;
    await child.waitForOutput(/visited 100 of 400/, 30_000);
    child.kill("SIGKILL");
    await child.exit;
    await using opened = await openDriver(space.driver());
    const box = { subscription: name, kind: "dead" } as const;
    const left: string[] = [];
    const visit = async () => {
      left.length = 0;
      await opened.driver.letters?.visit(box, ({ id }) => (left.push(id), "keep"), {});
      return left.length;
    };
    // The broker notices in its own time that the one who held them is gone.
    await expect.poll(visit, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(ids.length);
    const replayed = (await received(name, ids.length - left.length)).map(
      (line) => line.split(" ")[0],
    );
    expect(new Set([...left, ...replayed])).toEqual(new Set(ids));
  });

  test(
    "a visit whose connection breaks keeps what was not decided",
    { timeout: 30_000 },
    async () => {
      const name = "tool.broken";
      await bury(name, ["a", "b", "c"]);
      const through = new URL(url);
      through.host = proxy.address;
      await using opened = await openDriver(space.driver({ url: through.href }));
      const box = { subscription: name, kind: "dead" } as const;
      const visiting = opened.driver.letters?.visit(
        box,
        ({ id }) => {
          if (id === "b") proxy.cut("all");
          return id === "a" ? "remove" : "keep";
        },
        {},
      );
      const error = await visiting?.catch((raw: unknown) => raw);
      expect(opened.driver.errorCode(error)).toBe("unavailable");
      await using other = await openDriver(space.driver());
      await expect
        .poll(() => other.driver.letters?.count(box), { timeout: 10_000 })
        .toBeGreaterThanOrEqual(2);
    },
  );
});
