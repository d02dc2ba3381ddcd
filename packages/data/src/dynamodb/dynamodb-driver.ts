// Records in Amazon DynamoDB, one table for each repository. What it cannot do: keep a record of more
// than 400 KB, a key of more than 2 KB, numbers of more than 38 digits, or fields nested deeper than
// 32 levels. The limits of the repositories are tighter than each of these.

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { CollectionDefinition, Driver } from "../driver/driver.ts";
import { connect, type DynamoDb } from "./client.ts";
import { DynamoDbCollection } from "./dynamodb-collection.ts";
import { configuredEndpoint } from "./endpoint.ts";
import { dynamoDbErrorCode } from "./error-code.ts";

/** Options of {@link dynamoDbDriver}. */
export interface DynamoDbOptions {
  /** The AWS region. Default: what the SDK finds, such as `AWS_REGION`. */
  readonly region?: string | undefined;
  /**
   * The engine's URL. Default: `AWS_ENDPOINT_URL_DYNAMODB`, or the region's own. With an endpoint on
   * this machine and no credentials in the environment, requests are signed with made-up ones.
   */
  readonly endpoint?: string | undefined;
  /** A client whose configuration is used in place of the other options; it is not closed. */
  readonly client?: DynamoDBClient | undefined;
}

/**
 * A driver for Amazon DynamoDB. The packages `@aws-sdk/client-dynamodb` and `@aws-sdk/lib-dynamodb` are
 * imported at the first use; without them the driver rejects with `failed_precondition`.
 */
export function dynamoDbDriver(options: DynamoDbOptions = {}): Driver {
  let connected: Promise<DynamoDb> | undefined;
  const connectOnce = (): Promise<DynamoDb> => (connected ??= connect(options));
  return {
    name: "DynamoDB",
    capabilities: {
      durable: true,
      queries: false,
      consistentQueries: false,
      transactions: false,
      scan: false,
    },
    endpoint: () => configuredEndpoint(options.endpoint, process.env),
    collection: ({ name }: CollectionDefinition) => new DynamoDbCollection(name, connectOnce),
    errorCode: dynamoDbErrorCode,
    close: async (): Promise<void> => {
      if (connected !== undefined && options.client === undefined)
        (await connected).client.destroy();
    },
  };
}
