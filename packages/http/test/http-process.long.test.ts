import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { startProcess } from "./child-service.ts";
import { chromiumSkipReason, startChromium } from "./chromium.ts";

// A busy machine is no fault.
const patiently = { timeout: 15_000 };

test("SIGTERM with 20 slow requests in flight: not ready, all of them finish, exit code 0", async () => {
  const child = startProcess();
  await expect.poll(() => child.messages.at(-1)?.url, patiently).toBeDefined();
  const url = child.messages.at(-1)?.url ?? "";
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  const slow = Array.from({ length: 20 }, () => fetch(`${url}/wait`));
  await expect.poll(() => child.messages.at(-1)?.begun, patiently).toBe(20);
  child.process.kill("SIGTERM");
  await expect.poll(async () => (await fetch(`${url}/ready`)).status, patiently).toBe(503);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  child.process.send("release");
  const answers = await Promise.all(slow.map(async (answer) => (await answer).json()));
  expect(answers).toEqual(Array.from({ length: 20 }, () => ({ done: true })));
  expect(await child.exit).toEqual([0, null]);
});

test("a taken port: exit code 1, one message, no stack", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => {
    other.close();
  });
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const child = startProcess({ PORT: String(port) });
  expect(await child.exit).toEqual([1, null]);
  const text = child.errors.join("");
  expect(text).toContain(`Port ${port} on 127.0.0.1 is already in use.`);
  expect(text).not.toMatch(/\n\s+at /);
});

/**
 * How long a client may have been quiet whose request has to be taken, in milliseconds. On a busy machine one
 * may stand still for longer, and then finds its connection closed.
 */
const quiet = 150;

/**
 * Asks again and again on one connection, until no connection can be opened.
 *
 * @returns what each answer said about its connection; `close` at the end for a client that was quiet too long
 */
async function askUntilRefused(url: string, onAnswer: () => void): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const closing: string[] = [];
  let sentBefore = performance.now();
  for (;;) {
    const sent = performance.now();
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get(url, { agent }, resolve).on("error", reject);
      });
      expect(await text(answer)).toBe('{"hello":"you"}');
      closing.push(String(answer.headers.connection));
      onAnswer();
      sentBefore = sent;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") return closing;
      if (performance.now() - sentBefore < quiet) throw error;
      return [...closing, "close"];
    }
  }
}

test("SIGTERM beside 40 clients in a loop: each request is answered, the last with connection: close", async () => {
  const child = startProcess();
  await expect.poll(() => child.messages.at(-1)?.url, patiently).toBeDefined();
  const url = `${child.messages.at(-1)?.url}/hello`;
  let answers = 0;
  const onAnswer = (): void => {
    answers += 1;
  };
  const clients = Array.from({ length: 40 }, () => askUntilRefused(url, onAnswer));
  await expect.poll(() => answers, patiently).toBeGreaterThan(400);
  child.process.kill("SIGTERM");
  for (const answered of await Promise.all(clients)) expect(answered.at(-1)).toBe("close");
  expect(await child.exit).toEqual([0, null]);
});

const skipReason = chromiumSkipReason();

test.skipIf(skipReason !== undefined)(
  `SIGTERM beside an open Chromium: exit code 0, nothing was waited for${skipReason ? ` (${skipReason})` : ""}`,
  async () => {
    const child = startProcess();
    await expect.poll(() => child.messages.at(-1)?.url, patiently).toBeDefined();
    const url = child.messages.at(-1)?.url ?? "";
    const browser = await startChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${url}/hello`);
    expect(await page.textContent("body")).toContain("you");
    child.process.kill("SIGTERM");
    expect(await child.exit).toEqual([0, null]);
    // Where the close of the server runs out of time, there is a line at "error".
    expect(child.errors.join("")).toBe("");
  },
);
