import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, test } from "vitest";

const execute = promisify(execFile);
const fixture = fileURLToPath(new URL("fixtures/strip-types.ts", import.meta.url));
const fetched = ["npx", "-y", "-p", "node@22", "node"] as const;

/** A command for a Node that strips types: this one, or one from the registry. */
async function strippingNode(): Promise<readonly [string, ...string[]] | undefined> {
  if (Number.parseInt(process.versions.node, 10) >= 22) return [process.execPath];
  const [command, ...options] = fetched;
  return execute(command, [...options, "--version"], { timeout: 90_000 }).then(
    () => fetched,
    () => undefined,
  );
}

test("the form without decorators runs where Node only strips types", async (context) => {
  const node = await strippingNode();
  context.skip(node === undefined, "Node 22 could not be fetched from the registry");
  const [command, ...options] = node ?? fetched;
  const { stdout } = await execute(command, [
    ...options,
    "--experimental-strip-types",
    "--conditions=@plinth/source",
    fixture,
  ]);
  expect(stdout).toBe("Hello, it is noon\n");
}, 120_000);
