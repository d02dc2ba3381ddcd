// Records in Amazon DynamoDB, one table per repository. Limits:
//
// - A record has at most 400 KB, a key 2 KB, a number 38 digits, and fields 32 levels. The limits of the
//   repositories are lower.
// - A query may miss the latest writes. Queries and counts use global secondary indexes, which lag behind;
//   gets, scans and conditions are strongly consistent.
// - A table has at most 20 indexes (a quota that AWS raises on request).
// - A transaction has at most 100 actions and 4 MB. Engines older than 2022 accept 25 actions, DynamoDB
//   Local of 2020 accepts 10.
// - DynamoDB cannot compare the actions of a repeated token if their conditions depend on the time, as for
//   records that expire. Then the token is an item in the table of the first action, and other actions with
//   the same token are detected only if they begin in the same table. With exactly 100 actions there is no
//   room for the item, and a repetition may be refused as another transaction.

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InternalError } from "@plinth/core/errors";
import { ClosedError } from "../driver/closed-error.ts";
import type { Driver } from "../driver/driver.ts";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import type { TransactAction } from "../driver/transact-action.ts";
import { connect, type DynamoDb } from "./connect.ts";
import { DynamoDbCollection } from "./dynamodb-collection.ts";
import { configuredEndpoint } from "./endpoint.ts";
import { dynamoDbErrorCode } from "./error-code.ts";
import type { TableAction } from "./transact-request.ts";
import { transact } from "./transact.ts";

/** Options of {@link dynamoDbDriver}. */
export interface DynamoDbOptions {
  /** The AWS region. Default: found by the SDK, such as in `AWS_REGION`. */
  readonly region?: string | undefined;
  /**
   * The engine's URL. Default: `AWS_ENDPOINT_URL_DYNAMODB`, or that of the region. With an endpoint on this
   * machine and no credentials in the environment, requests are signed with made-up ones.
   */
  readonly endpoint?: string | undefined;
  /** A client to use instead of the other options. The driver does not close it. */
  readonly client?: DynamoDBClient | undefined;
}

/**
 * Makes a driver for Amazon DynamoDB. It imports `@aws-sdk/client-dynamodb` and `@aws-sdk/lib-dynamodb` at the
 * first use, and rejects with `failed_precondition` if one is not installed.
 */
export function dynamoDbDriver(options: DynamoDbOptions = {}): Driver {
  let connected: Promise<DynamoDb> | undefined;
  let isClosed = false;
  const connectOnce = (): Promise<DynamoDb> => {
    if (isClosed) return Promise.reject(new ClosedError());
    return (connected ??= connect(options));
  };
  return {
    name: "DynamoDB",
    capabilities: {
      durable: true,
      consistentQueries: false,
      keepsNewerVersions: true,
    },
    endpoint: () => configuredEndpoint(options.endpoint, process.env),
    collection: (definition: CollectionDefinition) =>
      new DynamoDbCollection(definition, connectOnce),
    transact: async (actions, transactOptions) =>
      transact(await connectOnce(), actions.map(toTableAction), transactOptions),
    errorCode: dynamoDbErrorCode,
    close: async (): Promise<void> => {
      isClosed = true;
      if (connected === undefined || options.client !== undefined) return;
      // A connection that failed has nothing to close.
      const made = await connected.catch(() => undefined);
      made?.client.destroy();
    },
  };
}

function toTableAction({ collection, action }: TransactAction): TableAction {
  if (!(collection instanceof DynamoDbCollection)) {
    throw new InternalError("A transaction of DynamoDB is given a collection of another driver.");
  }
  const { table, expires } = collection;
  return { table, expires, action };
}
