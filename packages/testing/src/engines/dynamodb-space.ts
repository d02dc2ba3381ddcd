import type { Driver } from "@plinth/data";
import { engineEndpoint, type EngineLookup } from "../engines/engine-endpoint.ts";
import type { SpaceDefinition } from "./engine-space.ts";

const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** Prefixed names on a shared engine, or an engine in this process if there is none. */
export async function dynamoDbSpace(id: string, lookup: EngineLookup): Promise<SpaceDefinition> {
  const shared = engineEndpoint("dynamodb", lookup);
  const embedded = shared === undefined ? await startEmbedded() : undefined;
  const endpoint = shared ?? embedded?.endpoint ?? "";
  const prefix = `${id}-`;
  const name = (collection: string) => prefix + collection;
  return {
    endpoint,
    name,
    environment: {
      CLOUD: "aws",
      AWS_REGION: region,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    openDriver: async () => {
      const { dynamoDbDriver } = await import("@plinth/data/dynamodb");
      return withNames(dynamoDbDriver({ region, endpoint }), name);
    },
    drop: () => embedded?.stop() ?? dropTables(endpoint, prefix),
  };
}

async function startEmbedded() {
  const { startEmbeddedDynamoDB } = await import("@plinth/embedded-dynamodb");
  return startEmbeddedDynamoDB();
}

async function dropTables(endpoint: string, prefix: string): Promise<void> {
  const { DynamoDBClient, DeleteTableCommand, paginateListTables } =
    await import("@aws-sdk/client-dynamodb");
  const client = new DynamoDBClient({ region, endpoint, credentials });
  try {
    // The list is sorted by name: ours begin right after the prefix.
    const pages = paginateListTables({ client }, { ExclusiveStartTableName: prefix });
    for await (const { TableNames = [] } of pages) {
      const own = TableNames.filter((table) => table.startsWith(prefix));
      await Promise.all(own.map((TableName) => client.send(new DeleteTableCommand({ TableName }))));
      if (own.length < TableNames.length) break;
    }
  } finally {
    client.destroy();
  }
}

/** The same driver with other names for its collections. */
function withNames(driver: Driver, name: (collection: string) => string): Driver {
  const transact = driver.transact?.bind(driver);
  return {
    name: driver.name,
    capabilities: driver.capabilities,
    endpoint: () => driver.endpoint?.(),
    collection: (definition) => driver.collection({ ...definition, name: name(definition.name) }),
    ...(transact && { transact }),
    errorCode: (raw) => driver.errorCode(raw),
    close: () => driver.close(),
  };
}
