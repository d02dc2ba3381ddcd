import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { ClientOptions } from "@plinth/http";
import { test } from "@plinth/testing";
import { expect, onTestFinished } from "vitest";
import { launchPlatform, patience, split } from "./support/launch-platform.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));

/** What `/ready` of a part answers; absent once it does not listen any more. */
async function readiness({ url }: ClientOptions): Promise<number | undefined> {
  const response = await fetch(new URL("/ready", url)).catch(() => undefined);
  return response?.status;
}

test.for([
  [split, "SIGTERM"],
  [["monolith"], "SIGINT"],
] as const)("%s: %s stops what was started", { timeout: patience }, async ([names, signal]) => {
  await using platform = await launchPlatform(names);
  const parts = [platform.things, platform.usersAccounts, platform.apiKeys, platform.notifications];
  expect(await Promise.all(parts.map(readiness))).toEqual(parts.map(() => 200));
  platform.process.kill(signal);
  expect(await platform.process.exit).toEqual({ code: 0, signal: null });
  expect(await Promise.all(parts.map(readiness))).toEqual(parts.map(() => undefined));
});

test("no part outlives a launcher that was killed", { timeout: patience }, async () => {
  await using platform = await launchPlatform(["monolith"]);
  platform.process.kill("SIGKILL");
  // The parts write to the same pipes, so these close with the last of them.
  expect(await platform.process.exit).toEqual({ code: null, signal: "SIGKILL" });
  expect(await readiness(platform.things)).toBeUndefined();
});

test(
  "a part that cannot start takes the others with it",
  { timeout: patience },
  async ({ startProcess }) => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const port = String((other.address() as AddressInfo).port);
    const { PATH, HOME, TMPDIR } = process.env;
    const launched = await startProcess(
      process.execPath,
      ["--import", "tsx", "--conditions=@plinth/source", "src/launch.ts", ...split],
      { folder, environment: { PATH, HOME, TMPDIR, API_KEYS_PORT: port } },
    );
    expect(await launched.exit).toEqual({ code: 1, signal: null });
    expect(launched.stderr).toMatch(new RegExp(`${port}.*(?:taken|in use)`));
    expect(launched.stderr).toContain("api-keys ended before it was ready");
    expect(launched.stdout).not.toContain("ROOT_KEY");
  },
);
