import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeclarationError } from "@plinth/core";
import { type Driver, Repository } from "@plinth/data";
import { dynamoDbDriver, dynamoDbTemplate } from "@plinth/data/dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Moto, skipReason } from "./support/moto.ts";

class ThingRepository extends Repository({
  name: "user-things",
  schema: z.object({ thingId: z.string(), name: z.string(), endsAt: z.number().optional() }),
  key: ["thingId"],
  indexes: { byName: { partition: "name" }, all: { sort: "name" } },
  expires: "endsAt",
}) {}

class PlainRepository extends Repository({
  name: "plain",
  schema: z.object({ id: z.string() }),
  key: ["id"],
}) {}

const repositories = [ThingRepository, { repository: PlainRepository, collection: "userThings" }];

const definitions = [
  { name: "user-things", indexes: ["byName", "all"], expires: true },
  { name: "userThings", indexes: [], expires: false },
];

describe("the template", () => {
  test("names the tables, indexes and attributes that the driver asks for", () => {
    const { Resources } = dynamoDbTemplate(repositories);
    expect(Object.values(Resources).map(({ Properties }) => Properties.TableName)).toEqual([
      "user-things",
      "userThings",
    ]);
    const [things, plain] = Object.values(Resources);
    expect(things?.Properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "_key", KeyType: "HASH" }],
      TimeToLiveSpecification: { AttributeName: "_timeToLive", Enabled: true },
      DeletionProtectionEnabled: true,
      GlobalSecondaryIndexes: [{ IndexName: "byName-index" }, { IndexName: "all-index" }],
    });
    expect(plain?.Properties).not.toHaveProperty("GlobalSecondaryIndexes");
    expect(plain?.Properties).not.toHaveProperty("TimeToLiveSpecification");
  });

  test("keeps apart tables whose names differ in punctuation alone", () => {
    const ids = Object.keys(dynamoDbTemplate(repositories).Resources);
    expect(ids[0]).toBe("UserThingsTable");
    expect(ids[1]).toMatch(/^UserThingsTable[0-9a-f]{8}$/);
  });

  test("is refused when two repositories have one table", () => {
    expect(() => dynamoDbTemplate([ThingRepository, ThingRepository])).toThrow(DeclarationError);
  });
});

const noLint = skipReason("cfn-lint", "pip install cfn-lint");

describe.skipIf(noLint !== "")(`cfn-lint${noLint}`, () => {
  test("finds nothing to say", { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "plinth-template-"));
    try {
      const file = join(folder, "template.json");
      await writeFile(file, JSON.stringify(dynamoDbTemplate(repositories)));
      const { status, stdout, stderr } = spawnSync(
        "cfn-lint",
        ["--include-checks", "I", "--", file],
        {
          encoding: "utf8",
        },
      );
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const noMoto = skipReason("moto_server", 'pip install "moto[server]"');

describe.skipIf(noMoto !== "")(`CloudFormation on moto${noMoto}`, () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await Moto.start();
  }, 60_000);
  afterAll(() => moto[Symbol.asyncDispose]());

  const driverOf = (): Driver => dynamoDbDriver({ region: "us-east-1", endpoint: moto.endpoint });

  const apply = (action: string, StackName: string, template: object) =>
    moto.cloudFormation(action, { StackName, TemplateBody: JSON.stringify(template) });

  async function describeTables(): Promise<unknown> {
    const client = new DynamoDBClient({
      region: "us-east-1",
      endpoint: moto.endpoint,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const names = ["user-things", "userThings"];
    const found = await Promise.all(
      names.map((TableName) => client.send(new DescribeTableCommand({ TableName }))),
    );
    client.destroy();
    return found.map(({ Table }) => Table);
  }

  test("creates the tables, and changes nothing when applied again", async () => {
    const template = dynamoDbTemplate(repositories);
    const created = await apply("CreateStack", "tables", template);
    expect(created).toMatchObject({ status: 200 });
    const driver = driverOf();
    const [things, plain] = definitions.map((definition) => driver.collection(definition));
    // This server's CloudFormation leaves out the time to live; cfn-lint has looked at it.
    expect(await things?.checkSchema?.({})).toEqual([
      'The table "user-things" has no time to live on the attribute _timeToLive.',
    ]);
    expect(await plain?.checkSchema?.({})).toEqual([]);

    const before = await describeTables();
    const again = await apply("UpdateStack", "tables", template);
    expect(again).toMatchObject({ status: 200 });
    await things?.ensureSchema?.({});
    await plain?.ensureSchema?.({});
    expect(await things?.checkSchema?.({})).toEqual([]);
    await driver.close();
    expect(await describeTables()).toEqual(before);
  });
});
