// Records in Amazon DynamoDB, one table for each repository. What it cannot do:
//
// - keep a record of more than 400 KB, a key of more than 2 KB, numbers of more than 38 digits, or
//   fields nested deeper than 32 levels: the limits of the repositories are tighter than each of these;
// - see a write in a query at once. Queries and counts go by global secondary indexes, which follow a
//   moment later; gets, scans and conditions are strongly consistent;
// - have more than 20 indexes on a table (a quota that AWS raises on request);
// - more than 100 actions in a transaction, or 4 MB. Engines older than 2022 take 25 actions, DynamoDB
//   Local of 2020 takes 10;
// - compare a repeated token's actions where their conditions go by time, as those of records that
//   expire do. There the token is an item in the table of the first action, and other actions under the
//   same token are found out only if they begin in the same table; with exactly 100 actions there is no
//   room for it, and a repetition may be refused as another transaction.

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
      // One that could not be made has nothing to be closed.
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
