import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { postgresDriver, type PostgresConnection, type PostgresQuery } from "@plinth/data/postgres";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type FastPath, isKnownClient, tellFallback } from "../src/driver/fast-path.ts";
import { installedVersion } from "../src/driver/installed-version.ts";
import { leanPath } from "../src/dynamodb/lean-sender.ts";
import { wirePath } from "../src/postgres/wire-query.ts";

vi.mock(import("../src/driver/installed-version.ts"), async (original) => {
  const { installedVersion } = await original();
  return { installedVersion: vi.fn(installedVersion) };
});

const definition = { name: "things", indexes: [], expires: false };
const fastPaths = [leanPath, wirePath];

test.each(fastPaths)("the fast path of $client is for all versions of its range", (path) => {
  const manifest = new URL("../package.json", import.meta.url);
  const { peerDependencies } = JSON.parse(readFileSync(manifest, "utf8")) as {
    peerDependencies: Record<string, string>;
  };
  expect(peerDependencies[path.client]).toBe(`^${path.major}.${path.minor}.0`);
});

test.each(fastPaths)("the installed $client has its fast path", (path) => {
  const tell = vi.fn();
  expect(isKnownClient(path, installedVersion(path.client), tell)).toBe(true);
  expect(tell).not.toHaveBeenCalled();
});

test.each([
  ["8.11.0", true],
  ["8.23.1", true],
  ["8.10.9", false],
  ["7.18.0", false],
  ["9.0.0", false],
  ["canary", false],
  [undefined, false],
])("version %s is one of 8.11 and later: %s", (version, isKnown) => {
  const path: FastPath = { client: `some-client-${version}`, major: 8, minor: 11 };
  // Without a version it is looked for, and not found.
  expect(isKnownClient(path, version, () => undefined)).toBe(isKnown);
});

test("a client that is used by its public API is told of once", () => {
  const tell = vi.fn();
  const path: FastPath = { client: "other-client", major: 1, minor: 2 };
  for (const version of ["2.0.0", "2.0.0"]) isKnownClient(path, version, tell);
  tellFallback("other-client", "it has other parts", tell);
  expect(tell.mock.calls).toEqual([
    [
      "The package other-client is used by its public API, which is slower: its version is 2.0.0, and not 1.2 or a later one of 1.",
    ],
  ]);
});

test("a package that is not installed has no version", () => {
  expect(installedVersion("@plinth/not-there")).toBeUndefined();
});

describe.each([
  ["a known version", undefined],
  ["an unknown version", "99.0.0"],
])("%s", (_what, version) => {
  beforeEach(() => {
    vi.resetModules();
    if (version !== undefined) vi.mocked(installedVersion).mockReturnValue(version);
  });
  afterEach(() => void vi.mocked(installedVersion).mockReset());

  test("of pg decides how statements are sent", async () => {
    const sent: PostgresQuery[] = [];
    // Has the inner parts that the fast path looks for.
    const connection = {
      connection: { parsedStatements: {} },
      query: async (
        query: PostgresQuery & { callback?: (error: null, result: unknown) => void },
      ) => {
        sent.push(query);
        const result = { rows: [], rowCount: 0 };
        query.callback?.(null, result);
        return result;
      },
      on: () => undefined,
      off: () => undefined,
      release: () => undefined,
    } satisfies PostgresConnection & { connection: object };
    const pool = {
      connect: async () => connection,
      on: () => undefined,
      off: () => undefined,
      end: async () => undefined,
    };
    const { postgresDriver: make } = await import("../src/postgres/postgres-driver.ts");
    expect(make).not.toBe(postgresDriver);
    expect(await make({ pool }).collection(definition).get(["a"], {})).toEqual([undefined]);
    expect(sent.map((query) => "submit" in query)).toEqual([version === undefined]);
    expect(sent[0]).toMatchObject({ values: ["a"], rowMode: "array" });
  });

  test("of the AWS SDK decides how items are sent", async () => {
    const agents: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      agents.push(request.headers["x-amz-target"] as string | undefined);
      response.end('{"Item":{"_key":{"S":"a"},"_revision":{"S":"r"},"_schemaVersion":{"N":"1"}}}');
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const lean = await import("../src/dynamodb/lean-sender.ts");
    const leanSender = vi.spyOn(lean, "leanSender");
    const { dynamoDbDriver: make } = await import("../src/dynamodb/dynamodb-driver.ts");
    expect(make).not.toBe(dynamoDbDriver);
    const driver = make({ region: "us-east-1", endpoint: `http://127.0.0.1:${port}` });
    const [stored] = await driver.collection(definition).get(["a"], {});
    expect(stored).toMatchObject({ key: "a", revision: "r", schemaVersion: 1 });
    expect(agents).toEqual(["DynamoDB_20120810.GetItem"]);
    expect(leanSender.mock.results.map(({ value }) => value !== undefined)).toEqual(
      version === undefined ? [true] : [],
    );
    await driver.close();
  });
});
