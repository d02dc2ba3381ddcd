import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { loadPeer } from "../src/driver/load-peer.ts";

const run = promisify(execFile);
const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs a module in a process of its own and says which of the SDKs it loaded. */
async function loadedBy(code: string): Promise<string[]> {
  const report = `
    import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    const seen = new Set(Object.keys(require.cache));
    console.log(JSON.stringify([...seen].filter((file) => /@aws-sdk|@google-cloud|node_modules.pg./.test(file))));`;
  const { stdout } = await run(
    process.execPath,
    ["--conditions=@plinth/source", "--import", "tsx", "--input-type=module", "-e", code + report],
    { cwd: repositoryRoot },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as string[];
}

describe("loads no SDK", () => {
  test.each([
    "@plinth/data",
    "@plinth/data/memory",
    "@plinth/data/dynamodb",
    "@plinth/data/firestore",
    "@plinth/data/postgres",
  ])("importing %s", async (name) => {
    expect(await loadedBy(`await import("${name}");`)).toEqual([]);
  });
});

test("the first use of a driver loads its own SDK alone", async () => {
  const loaded = await loadedBy(`
    const { dynamoDbDriver } = await import("@plinth/data/dynamodb");
    const driver = dynamoDbDriver({ region: "us-east-1", endpoint: "http://127.0.0.1:1" });
    await driver.collection({ name: "abc", indexes: [], expires: false }).get(["a"], {}).catch(() => undefined);`);
  expect(loaded.some((file) => file.includes("client-dynamodb"))).toBe(true);
  expect(loaded.filter((file) => file.includes("@google-cloud"))).toEqual([]);
});

test("a driver for Postgres is made without its package, and loads it for the first call", async () => {
  const made = `
    const { postgresDriver } = await import("@plinth/data/postgres");
    const driver = postgresDriver({ url: "postgresql://u:p@127.0.0.1:1/db" });
    const things = driver.collection({ name: "abc", indexes: [], expires: false });`;
  expect(await loadedBy(made)).toEqual([]);
  const loaded = await loadedBy(`${made} await things.get(["a"], {}).catch(() => undefined);`);
  expect(loaded.some((file) => file.includes("/pg/"))).toBe(true);
});

describe("a missing package", () => {
  const missing = (name: string): Error =>
    Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
      code: "ERR_MODULE_NOT_FOUND",
    });

  test("is named, with the command that installs it", async () => {
    const loading = loadPeer("some-sdk", () => Promise.reject(missing("some-sdk")), "Some");
    await expect(loading).rejects.toMatchObject({
      code: "failed_precondition",
      message: expect.stringContaining("npm install some-sdk"),
      [Symbol.for("plinth.presentable")]: true,
    });
  });

  test("of the package's own is not taken for it", async () => {
    const fault = missing("some-sdk-core");
    await expect(loadPeer("some-sdk", () => Promise.reject(fault), "Some")).rejects.toBe(fault);
  });
});
