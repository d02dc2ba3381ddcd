import type { CollectionDefinition, Driver } from "@plinth/data";
import { describeDriverConformance } from "@plinth/data/conformance";
import { dynamoDbDriver, dynamoDbTemplate } from "@plinth/data/dynamodb";
import { afterAll, beforeAll, describe } from "vitest";
import { Moto, skipReason } from "./support/moto.ts";

const noMoto = skipReason("moto_server", 'pip install "moto[server]"');

describe.skipIf(noMoto !== "")(`CloudFormation on moto${noMoto}`, () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await Moto.start();
  }, 60_000);
  afterAll(() => moto[Symbol.asyncDispose]());

  /** A driver that lets CloudFormation make its tables. */
  function byTemplate(driver: Driver): Driver {
    const made = new Map<string, Promise<unknown>>();
    const create = async ({ name, indexes, expires }: CollectionDefinition): Promise<void> => {
      const definition = {
        name,
        indexes: Object.fromEntries(indexes.map((index) => [index, {}])),
        expires: expires ? "endsAt" : undefined,
      };
      const stack = name.replaceAll(/[^A-Za-z0-9]+/g, "-");
      const { status, text } = await moto.cloudFormation("CreateStack", {
        StackName: stack,
        TemplateBody: JSON.stringify(dynamoDbTemplate([{ definition }])),
      });
      if (status !== 200) throw new Error(text);
    };
    const createOnce = (definition: CollectionDefinition): Promise<unknown> => {
      const known = made.get(definition.name) ?? create(definition);
      made.set(definition.name, known);
      return known;
    };
    return {
      ...driver,
      collection: (definition) =>
        Object.assign(driver.collection(definition), {
          ensureSchema: async (): Promise<void> => {
            await createOnce(definition);
          },
        }),
    };
  }

  // Two writers at a time can both win on this server: only what one client does alone is told.
  describeDriverConformance({
    name: "DynamoDB, tables by CloudFormation,",
    createDriver: () =>
      byTemplate(dynamoDbDriver({ region: "us-east-1", endpoint: moto.endpoint })),
    groups: [
      "basics",
      "revisions",
      "keys",
      "values",
      "isolation",
      "queries",
      "ordering",
      "ranges",
      "cursors",
      "sparse indexes",
      "count",
      "expiry",
      "versions",
    ],
  });
});
