import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Repository } from "@plinth/data";
import { afterAll, describe, expect, onTestFinished } from "vitest";
import { z } from "zod";
import { describeWithEngine, type DatabaseEngineName, openEngines, test } from "../src/index.ts";
import { runVitest } from "./run-vitest.ts";

class LampRepository extends Repository({
  name: "lamps",
  schema: z.object({ lampId: z.string() }),
  key: ["lampId"],
}) {}

const nowhere = { environment: {}, folder: "/" };

/** How often two files meet on an engine: 50 takes a minute, so the usual run is content with less. */
const repeats = Number(process.env["ENGINE_REPEATS"] ?? "10");

function testsOfSpaces(name: DatabaseEngineName): void {
  test("two owners use one table name on one engine, and do not meet", async () => {
    await using first = openEngines("lamps.test.ts");
    await using second = openEngines("lamps.test.ts");
    const lamps = await Promise.all(
      [first, second].map(async ({ engines }) => {
        const made = new LampRepository(await (await engines(name)).openDatabase());
        await made.open();
        return made;
      }),
    );
    await Promise.all(lamps.map((each) => each.create({ lampId: "desk" })));
    await lamps[0]?.delete({ lampId: "desk" });
    expect(await lamps[0]?.get({ lampId: "desk" })).toBeUndefined();
    expect(await lamps[1]?.get({ lampId: "desk" })).toEqual({ lampId: "desk" });
  });

  test("a file keeps its space from test to test", async ({ engines }) => {
    expect(await engines(name)).toBe(await engines(name));
  });
}

describe("on a DynamoDB", () => {
  testsOfSpaces("dynamodb");
});

describeWithEngine("dynamodb", "on a shared DynamoDB", (endpoint) => {
  test("tables are called by names of the file's own, and dropped", async () => {
    const { DynamoDBClient, ListTablesCommand } = await import("@aws-sdk/client-dynamodb");
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ region: "eu-central-1", endpoint, credentials });
    const tables = async (prefix: string) => {
      const { TableNames = [] } = await client.send(
        new ListTablesCommand({ ExclusiveStartTableName: prefix }),
      );
      return TableNames.filter((table) => table.startsWith(prefix));
    };

    const opened = openEngines("Lamps and more.test.ts");
    const space = await opened.engines("dynamodb");
    expect(space.name("lamps")).toMatch(/^t-lamps-and-more-[\da-f]{12}-lamps$/);
    expect(space.environment["AWS_ENDPOINT_URL_DYNAMODB"]).toBe(endpoint);
    const prefix = space.name("");
    await new LampRepository(await space.openDatabase()).open();
    expect(await tables(prefix)).toEqual([space.name("lamps")]);
    await opened[Symbol.asyncDispose]();
    expect(await tables(prefix)).toEqual([]);
    client.destroy();
  });
});

describeWithEngine("firestore", "on Firestore", () => {
  testsOfSpaces("firestore");

  test("documents are gone once the space is", async () => {
    const opened = openEngines("lamps.test.ts");
    const space = await opened.engines("firestore");
    const lamps = new LampRepository(await space.openDatabase());
    await lamps.create({ lampId: "desk" });
    const documents = `http://${space.endpoint}/v1/projects/${space.environment["GOOGLE_CLOUD_PROJECT"]}/databases/(default)/documents/lamps`;
    const list = async () =>
      (await (
        await fetch(documents, { headers: { authorization: "Bearer owner" } })
      ).json()) as object;
    expect(await list()).toHaveProperty("documents.length", 1);
    await opened[Symbol.asyncDispose]();
    expect(await list()).toEqual({});
  });
});

describeWithEngine("postgres", "on Postgres", (url) => {
  testsOfSpaces("postgres");

  test("the schema is gone once the space is", async () => {
    const { default: postgres } = await import("pg");
    const client = new postgres.Client({ connectionString: url });
    await client.connect();
    const opened = openEngines("lamps.test.ts");
    const space = await opened.engines("postgres");
    await new LampRepository(await space.openDatabase()).open();
    const schemas = async () => {
      const query = "select 1 from information_schema.schemata where schema_name = $1";
      return (await client.query(query, [space.environment["DATABASE_SCHEMA"]])).rowCount;
    };
    expect(await schemas()).toBe(1);
    await opened[Symbol.asyncDispose]();
    expect(await schemas()).toBe(0);
    await client.end();
  });
});

describe("without an engine", () => {
  const none = openEngines("lamps.test.ts", nowhere);
  afterAll(() => none[Symbol.asyncDispose]());

  test("a DynamoDB starts in this process", async () => {
    const space = await none.engines("dynamodb");
    expect(space.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const lamps = new LampRepository(await space.openDatabase());
    await lamps.open();
    await lamps.create({ lampId: "desk" });
    expect(await lamps.get({ lampId: "desk" })).toEqual({ lampId: "desk" });
  });

  test("the others say what to do", async () => {
    await expect(none.engines("postgres")).rejects.toThrow(
      /no postgres engine: TEST_DATABASE_URL is not set.*describeWithEngine\("postgres"/,
    );
    await expect(none.engines("firestore")).rejects.toThrow(/FIRESTORE_EMULATOR_HOST/);
  });
});

test(
  `two files side by side use one table name on one engine, ${repeats} times`,
  { timeout: 60_000 + repeats * 10_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "plinth-meeting-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const environment = { REPEATS: String(repeats), MEETING_PLACE: folder };
    const outcomes = await runVitest(["engines/one", "engines/two"], environment);
    expect([...outcomes].filter(([, { status }]) => status !== "passed")).toEqual([]);
    expect(outcomes.size).toBe(6);
  },
);
