/**
 * A DynamoDB for tests, inside the process of the test. dynalite stores the tables and runs queries,
 * expressions and single writes. A layer above it makes every write atomic and adds transactions,
 * idempotency tokens, time to live, items in failed conditions, and faults.
 *
 * Limits:
 * - streams, PartiQL, backups, global tables, resource policies, import and export are unknown
 *   operations;
 * - adding or removing an index of an existing table is refused;
 * - transactions never conflict, because writers queue (see `faults.conflicts`);
 * - all reads are consistent: no throttling by capacity, no hot partitions, no delayed index updates;
 * - signatures are not checked;
 * - in expressions, these are wrong: `=` and `IN` on maps and lists (never equal), `IN`, `BETWEEN`, `attribute_type`
 *   and `size` on an empty text, and `IN` and `attribute_type` on `false`;
 * - parameters that are newer than dynalite, such as table classes and deletion protection, are ignored.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { EmbeddedDatabase } from "./embedded-database.ts";
import { FaultSource, type DynamoDBFaults } from "./faults.ts";
import { createProtocolServer } from "./protocol-server.ts";
import { forgetOldTokens } from "./idempotency-tokens.ts";
import { Operations } from "./operations.ts";

/** Options of {@link startEmbeddedDynamoDB}. */
export interface EmbeddedDynamoDBOptions {
  /** The port on 127.0.0.1. Default: a free one. */
  readonly port?: number;
  /** A folder for the data, which survive a stop or a kill. Default: none, the data are in memory. */
  readonly path?: string;
  /** The faults, and how often they occur. Default: none. */
  readonly faults?: DynamoDBFaults;
  /**
   * What happens to expired items. DynamoDB returns them for up to two days; "keep" returns them for
   * ever, which exposes code that forgets to filter them. "remove" deletes them before each request on
   * their table, and reads the whole table for that. Default: "keep".
   */
  readonly expiredItems?: "keep" | "remove";
  /** How long it takes to create, change or delete a table, in milliseconds. The response is sent
   *  before, and a stop does not wait for it, but its timer stays. Default: 0, which responds when
   *  the table is ready. */
  readonly tableDelay?: number;
  /** The time in milliseconds since the epoch, for tokens and expiry. Default: `Date.now`. */
  readonly now?: () => number;
}

/** A running engine. */
export interface EmbeddedDynamoDB {
  /** `http://127.0.0.1:<port>`, for the `endpoint` of an SDK client. Any region and credentials do;
   *  the tables are the same for all. */
  readonly endpoint: string;
  /** Replaces the faults and restarts their sequence; without an argument there are no more faults. */
  setFaults(faults?: DynamoDBFaults): void;
  /** Finishes the current requests, then closes all connections and the data. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts an embedded DynamoDB. Needs the package `dynalite`, release 4.0.0.
 *
 * @param options The port, the folder and the faults.
 * @returns The running engine; stop it after the tests.
 * @throws {Error} If dynalite is missing or of another release, the port is taken, or the folder cannot
 *   be opened.
 * @throws {RangeError} If a share in `faults` is not from 0 to 1.
 */
export async function startEmbeddedDynamoDB(
  options: EmbeddedDynamoDBOptions = {},
): Promise<EmbeddedDynamoDB> {
  const { port = 0, path, tableDelay = 0, now = Date.now } = options;
  const faults = new FaultSource(options.faults);
  const database = await EmbeddedDatabase.open(
    {
      ...(path === undefined ? {} : { path }),
      createTableMs: tableDelay,
      deleteTableMs: tableDelay,
      updateTableMs: tableDelay,
    },
    now,
  );
  await forgetOldTokens(database);
  const operations = new Operations(database, {
    faults,
    removesExpired: options.expiredItems === "remove",
    settlesTables: tableDelay === 0,
  });
  const protocol = createProtocolServer(operations);
  try {
    await listen(protocol.server, port);
  } catch (error) {
    await database.close();
    throw error;
  }
  let stopped: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${(protocol.server.address() as AddressInfo).port}`,
    setFaults: (next) => {
      operations.faults = new FaultSource(next);
    },
    stop: () => (stopped ??= protocol.close().then(() => database.close())),
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE")) throw cause;
    throw new Error(
      `The embedded DynamoDB cannot listen on 127.0.0.1:${port}: the port is taken. ` +
        "Leave `port` out for a free one.",
      { cause },
    );
  }
}
