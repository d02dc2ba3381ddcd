import { InvalidArgumentError } from "@plinth/core/errors";
import type { Driver } from "../driver/driver.ts";
import type { TransactAction } from "../driver/transact-action.ts";
import { postgresErrorCode } from "./error-code.ts";
import { checkSchemaName } from "./identifiers.ts";
import { PostgresCollection } from "./postgres-collection.ts";
import type { SqlClient } from "./sql-client.ts";
import type { Table } from "./table.ts";
import { transact } from "./transact.ts";

/** The differences between kinds of Postgres. */
export interface SqlDriverOptions {
  readonly name: string;
  readonly durable: boolean;
  /** The Postgres schema of the tables. */
  readonly schema: string;
  readonly endpoint: () => string | undefined;
}

/** Makes a driver on a client for the SQL of Postgres. */
export function sqlDriver(client: SqlClient, options: SqlDriverOptions): Driver {
  const { name, durable, schema, endpoint } = options;
  checkSchemaName(schema);
  let closed: Promise<void> | undefined;
  const own = new WeakSet<PostgresCollection>();
  const tableOf = ({ collection }: TransactAction): Table => {
    if (collection instanceof PostgresCollection && own.has(collection)) return collection.table;
    throw new InvalidArgumentError("A transaction cannot span the collections of two drivers.");
  };
  return {
    name,
    capabilities: {
      durable,
      consistentQueries: true,
      keepsNewerVersions: true,
    },
    endpoint,
    collection: (definition) => {
      const collection = new PostgresCollection(definition, schema, client);
      own.add(collection);
      return collection;
    },
    transact: (actions, call) => transact(client, schema, actions, call, tableOf),
    errorCode: postgresErrorCode,
    close: () => (closed ??= client.close()),
  };
}
