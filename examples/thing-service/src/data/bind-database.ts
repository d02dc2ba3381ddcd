import { Database, databaseBinding, type Driver } from "@plinth/data";
import { AwsThingConfig, GcpThingConfig, ThingConfig } from "../thing-config.ts";

/** Opens the database of the chosen cloud. */
export const bindDatabase = databaseBinding([ThingConfig], async (config) => {
  const { ensureSchema = ["development", "test"].includes(config.environment) } = config;
  return new Database(await openDriver(config), { ensureSchema });
});

/** Imports here, rather than above, keep the SDKs of the other clouds out of the process. */
async function openDriver(config: ThingConfig): Promise<Driver> {
  if (config instanceof AwsThingConfig) {
    const { dynamoDbDriver } = await import("@plinth/data/dynamodb");
    return dynamoDbDriver({ region: config.awsRegion, endpoint: config.awsEndpointUrlDynamodb });
  }
  if (config instanceof GcpThingConfig) {
    const { firestoreDriver } = await import("@plinth/data/firestore");
    return firestoreDriver({ projectId: config.googleCloudProject });
  }
  const { memoryDriver } = await import("@plinth/data/memory");
  return memoryDriver();
}
