import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  ListTablesCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { loadDynalite } from "../src/dynalite-modules.ts";
import { startEmbeddedDynamoDB, type EmbeddedDynamoDBOptions } from "../src/index.ts";
import { allIds, clientOf, createTable, rejection } from "./support.ts";

test("engines are independent, on loopback, and can be stopped twice", async () => {
  const [one, other] = [await startEmbeddedDynamoDB(), await startEmbeddedDynamoDB()];
  expect(one.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(other.endpoint).not.toBe(one.endpoint);
  const [client, otherClient] = [clientOf(one.endpoint), clientOf(other.endpoint)];
  const name = await createTable(client);
  expect((await client.send(new ListTablesCommand())).TableNames).toEqual([name]);
  expect((await otherClient.send(new ListTablesCommand())).TableNames).toEqual([]);
  await Promise.all([one.stop(), one.stop(), other.stop()]);
  await one.stop();
  expect((await rejection(client.send(new ListTablesCommand()))).message).toMatch(
    /ECONNREFUSED|socket hang up/,
  );
});

test("a stop loses no acknowledged write, and does not wait for a silent connection", async () => {
  const path = folder();
  const first = await start({ path });
  const TableName = await createTable(first.client);
  const silent = connect(Number(new URL(first.endpoint).port), "127.0.0.1");
  await once(silent, "connect");
  const { documents } = documentsOf(first.client);
  const ids = Array.from({ length: 30 }, (_, n) => `id-${n}`);
  const writes = ids.map((id) => documents.send(new PutCommand({ TableName, Item: { id } })));
  const settled = Promise.allSettled(writes);
  await Promise.race(writes);
  await first.stop();
  const outcomes = await settled;
  const acknowledged = ids.filter((_, n) => outcomes[n]?.status === "fulfilled");
  const second = await start({ path });
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(await allIds(() => documentsOf(second.client), TableName)).toEqual(
    expect.arrayContaining(acknowledged),
  );
});

test("a stop answers what is under way", async () => {
  let tellArrival = (): void => undefined;
  const arrival = new Promise<void>((resolve) => (tellArrival = resolve));
  // The clock is asked just before a transaction is written.
  const engine = await start({
    path: folder(),
    now: () => {
      tellArrival();
      return Date.now();
    },
  });
  const TableName = await createTable(engine.client);
  const puts = [{ Put: { TableName, Item: { id: "a" } } }];
  const write = documentsOf(engine.client).documents.send(
    new TransactWriteCommand({ TransactItems: puts }),
  );
  const settled = Promise.allSettled([write]);
  await arrival;
  await engine.stop();
  expect(await settled).toMatchObject([{ status: "fulfilled" }]);
});

test("a taken port is named", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  await expect(startEmbeddedDynamoDB({ port })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: the port is taken`,
  );
});

test("data in a folder outlives a stop, and one engine has a folder at a time", async () => {
  const path = folder();
  const first = await start({ path });
  const TableName = await createTable(first.client);
  await DynamoDBDocumentClient.from(first.client).send(
    new PutCommand({ TableName, Item: { id: "kept", text: "" } }),
  );
  await expect(startEmbeddedDynamoDB({ path })).rejects.toThrow(/cannot open its data folder/);
  await first.stop();
  const second = await start({ path });
  expect(await itemOf(second.client, TableName, "kept")).toEqual({ id: "kept", text: "" });
});

test("a kill leaves whole transactions and their tokens", async () => {
  const path = folder();
  const child = await startChild(path);
  const client = clientOf(child.endpoint);
  onTestFinished(() => client.destroy());
  const TableName = await createTable(client);
  const write = (documents: DynamoDBDocumentClient, turn: number) =>
    documents.send(
      new TransactWriteCommand({
        ClientRequestToken: `turn-${turn}`,
        TransactItems: ids.map((id) => ({
          Update: {
            TableName,
            Key: { id },
            UpdateExpression: "ADD turns :one",
            ExpressionAttributeValues: { ":one": 1 },
          },
        })),
      }),
    );
  const ids = Array.from({ length: 25 }, (_, n) => `id-${n}`);
  let acknowledged = 0;
  const killed = (async () => {
    for (let turn = 0; ; turn++) {
      await write(DynamoDBDocumentClient.from(client), turn);
      acknowledged = turn + 1;
      if (acknowledged === 15) child.process.kill("SIGKILL");
    }
  })();
  await rejection(killed);
  const second = await start({ path });
  const turns = async () =>
    new Set((await allItems(second.client, TableName)).map(({ turns }) => turns as number));
  const survived = await turns();
  expect(survived.size).toBe(1);
  expect(Math.max(...survived)).toBeGreaterThanOrEqual(15);
  await write(DynamoDBDocumentClient.from(second.client), 14);
  expect(await turns()).toEqual(survived);
});

test("a scan sees all of a transaction, or nothing", async () => {
  // On disk: in memory even writes one after the other would leave no gap for a reader.
  const { client } = await start({ path: folder() });
  const TableName = await createTable(client);
  const { documents } = documentsOf(client);
  const ids = Array.from({ length: 50 }, (_, n) => `id-${n}`);
  for (let turn = 1; turn <= 5; turn++) {
    const puts = ids.map((id) => ({ Put: { TableName, Item: { id, turn } } }));
    const write = documents
      .send(new TransactWriteCommand({ TransactItems: puts }))
      .then(() => "written");
    do {
      const items = await allItems(client, TableName);
      expect([0, 50]).toContain(items.length);
      expect(new Set(items.map(({ turn }) => turn as number)).size).toBeLessThanOrEqual(1);
    } while ((await Promise.race([write, Promise.resolve("pending")])) === "pending");
  }
});

test("another user of dynalite in the process sees no change of it", () => {
  const load = createRequire(import.meta.url);
  const before = load("dynalite/db") as { compare: unknown };
  const compare = before.compare;
  const own = loadDynalite();
  expect(own.db).not.toBe(before);
  expect(load("dynalite/db")).toBe(before);
  expect(before.compare).toBe(compare);
  expect(own.validation("PutItem").types).toHaveProperty("Item");
});

test("what it does not have is refused by name", async () => {
  const { client } = await start();
  const TableName = await createTable(client);
  const partiql = client.send(new ExecuteStatementCommand({ Statement: "SELECT * FROM t" }));
  expect((await rejection(partiql)).message).toContain("ExecuteStatement");
  const stream = client.send(
    new UpdateTableCommand({
      TableName,
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    }),
  );
  expect((await rejection(stream)).message).toContain("has no streams");
  const index = client.send(
    new UpdateTableCommand({
      TableName,
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "byGroup" } }],
    }),
  );
  expect((await rejection(index)).message).toContain("cannot add or remove an index");
});

test("requests without credentials, or that are not JSON, are refused", async () => {
  const { endpoint } = await start();
  const send = async (body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(endpoint, {
      method: "POST",
      body,
      headers: { "x-amz-target": "DynamoDB_20120810.ListTables", ...headers },
    });
    return `${response.status} ${await response.text()}`;
  };
  expect(await send("{}")).toMatch(/^400 .*MissingAuthenticationTokenException/);
  const authorization = "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c";
  expect(await send("{}", { authorization })).toBe('200 {"TableNames":[]}');
  for (const body of ["", "[]", "{", "null"]) {
    expect(await send(body, { authorization })).toMatch(/^400 .*SerializationException/);
  }
});

test("tables are ready, and gone, with the answer, unless a delay is asked for", async () => {
  const quick = await start();
  const TableName = await createTable(quick.client);
  await quick.client.send(new DeleteTableCommand({ TableName }));
  const describe = (client: DynamoDBClient) => client.send(new DescribeTableCommand({ TableName }));
  expect((await rejection(describe(quick.client))).name).toBe("ResourceNotFoundException");
  await createTable(quick.client, TableName);
  expect(await allIds(() => documentsOf(quick.client), TableName)).toEqual([]);

  const definition = new CreateTableCommand({
    TableName: "definition",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  });
  const made = await quick.client.send(definition);
  expect(made.TableDescription?.TableStatus).toBe("ACTIVE");

  const slow = await start({ tableDelay: 5_000 });
  const begun = await slow.client.send(definition);
  expect(begun.TableDescription?.TableStatus).toBe("CREATING");
  const early = itemOf(slow.client, "definition", "a");
  expect((await rejection(early)).name).toBe("ResourceNotFoundException");
});

async function start(options?: EmbeddedDynamoDBOptions) {
  const embedded = await startEmbeddedDynamoDB(options);
  const client = clientOf(embedded.endpoint);
  onTestFinished(async () => {
    client.destroy();
    await embedded.stop();
  });
  return { ...embedded, client };
}

function documentsOf(client: DynamoDBClient) {
  return { documents: DynamoDBDocumentClient.from(client) };
}

async function itemOf(client: DynamoDBClient, TableName: string, id: string) {
  const { documents } = documentsOf(client);
  return (await documents.send(new GetCommand({ TableName, Key: { id } }))).Item;
}

async function allItems(client: DynamoDBClient, TableName: string) {
  return (await documentsOf(client).documents.send(new ScanCommand({ TableName }))).Items ?? [];
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "plinth-dynamodb-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** An engine in a process of its own, on the folder given, until it is killed. */
async function startChild(path: string): Promise<{ process: ChildProcess; endpoint: string }> {
  const source = new URL("../src/index.ts", import.meta.url).href;
  const script = `
    import { startEmbeddedDynamoDB } from ${JSON.stringify(source)};
    console.log((await startEmbeddedDynamoDB({ path: process.argv[1] })).endpoint);`;
  const node = ["--import", "tsx", "--input-type=module", "--eval", script, path];
  const child = spawn(process.execPath, node, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { process: child, endpoint: line.toString().trim() };
}
