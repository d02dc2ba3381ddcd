import { randomUUID } from "node:crypto";
import type { PGlite } from "@electric-sql/pglite";
import { Database } from "@plinth/data";
import { dynamoDbDriver } from "@plinth/data/dynamodb";
import { memoryDriver } from "@plinth/data/memory";
import { pgliteDriver } from "@plinth/data/postgres";
import { describeWithEngine, openEngines, type OpenEngines } from "@plinth/testing";
import { type EmbeddedDynamoDB, startEmbeddedDynamoDB } from "@plinth/embedded-dynamodb";
import { afterAll, beforeAll, describe } from "vitest";
import { sharedPglite } from "../../../data/test/support/shared-pglite.ts";

/** Opens a database; those of one call of the body share their records. */
export type OpenDatabase = () => Promise<Database>;

const slowStart = 60_000;

/** Declares the same tests for every database there is. */
export function describeOnDatabases(title: string, body: (open: OpenDatabase) => void): void {
  describe(`${title} in memory`, () => {
    const driver = memoryDriver();
    body(async () => new Database(driver));
  });

  describe(`${title} on an embedded DynamoDB`, () => {
    let engine: EmbeddedDynamoDB;
    beforeAll(async () => {
      engine = await startEmbeddedDynamoDB();
    }, slowStart);
    afterAll(() => engine.stop());
    body(async () => {
      const driver = dynamoDbDriver({ region: "us-east-1", endpoint: engine.endpoint });
      return new Database(driver, { ensureSchema: true });
    });
  });

  describe(`${title} on PGlite`, () => {
    const schema = randomUUID();
    let client: PGlite;
    beforeAll(async () => {
      client = await sharedPglite();
    }, slowStart);
    body(async () => new Database(pgliteDriver({ client, schema }), { ensureSchema: true }));
  });

  for (const name of ["dynamodb", "firestore", "postgres"] as const) {
    describeWithEngine(name, `${title} on ${name}`, () => {
      let opened: OpenEngines;
      beforeAll(() => {
        opened = openEngines(`${title}.test.ts`);
      });
      afterAll(() => opened[Symbol.asyncDispose](), slowStart);
      body(async () => (await opened.engines(name)).openDatabase());
    });
  }
}
