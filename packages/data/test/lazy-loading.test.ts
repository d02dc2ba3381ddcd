import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const run = promisify(execFile);
const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs a module in a process of its own and says which of the SDKs it loaded. */
async function loadedBy(code: string): Promise<string[]> {
  const report = `
    import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    const seen = new Set(Object.keys(require.cache));
    console.log(JSON.stringify([...seen].filter((file) => /@aws-sdk|@google-cloud|node_modules.pg./.test(file))));`;
  return JSON.parse((await outputOf(code + report)) || "[]") as string[];
}

/** Runs a module in a process of its own. @returns the last line that it prints */
async function outputOf(code: string): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    ["--conditions=@plinth/source", "--import", "tsx", "--input-type=module", "-e", code],
    { cwd: repositoryRoot },
  );
  return stdout.trim().split("\n").at(-1) ?? "";
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

/** Makes a package look as if it were not installed. */
const uninstall = (name: string): string => `
  const { register } = await import("node:module");
  const hook = \`export const resolve = (name, context, next) =>
    next(name, name === "${name}" ? { ...context, parentURL: "file:///nowhere/a.mjs" } : context);\`;
  register("data:text/javascript," + encodeURIComponent(hook));`;

test.each([
  ["dynamodb", "dynamoDbDriver({})", "DynamoDB", "@aws-sdk/client-dynamodb"],
  ["dynamodb", "dynamoDbDriver({})", "DynamoDB", "@aws-sdk/lib-dynamodb"],
  ["firestore", "firestoreDriver({})", "Firestore", "@google-cloud/firestore"],
  ["postgres", 'postgresDriver({ url: "postgresql://u:p@127.0.0.1:1/db" })', "Postgres", "pg"],
  ["postgres", "pgliteDriver()", "PGlite", "@electric-sql/pglite"],
])("%s: %s names the package that is not installed", async (folder, made, driver, name) => {
  const error = await outputOf(`${uninstall(name)}
    const { ${made.replace(/\(.*/s, "")} } = await import("@plinth/data/${folder}");
    const things = ${made}.collection({ name: "abc", indexes: [], expires: false });
    const { code, message } = await things.get(["a"], {}).catch((error) => error);
    console.log(JSON.stringify({ code, message }));`);
  expect(JSON.parse(error)).toEqual({
    code: "failed_precondition",
    message: `The ${driver} driver needs the package ${name}, which is not installed; run: npm install ${name}`,
  });
});
