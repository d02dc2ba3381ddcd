/**
 * A DynamoDB for tests, inside the process of the test: dynalite, which keeps the tables and runs
 * queries, expressions and single writes, below a layer of ours that makes every write atomic and
 * adds transactions, idempotency tokens, time to live, items in failed conditions, and faults.
 *
 * What it cannot do:
 * - streams, PartiQL, backups, global tables, resource policies, import and export: these
 *   operations are unknown to it;
 * - adding or removing an index of an existing table (refused);
 * - conflicts between transactions: writers queue, and so no two ever meet (see `faults.conflicts`);
 * - throttling by capacity, hot partitions, delayed index updates: all reads are consistent;
 * - IAM: any signature will do;
 * - in expressions, `=` and `IN` on maps and lists (never equal), `IN`, `BETWEEN`, `attribute_type`
 *   and `size` on an empty text, and `IN` and `attribute_type` on `false`;
 * - parameters that came to DynamoDB after dynalite was written, such as table classes and deletion
 *   protection: they are ignored.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { EmbeddedDatabase } from "./embedded-database.ts";
import { FaultSource, type DynamoDBFaults } from "./faults.ts";
import { createProtocolServer } from "./protocol-server.ts";
import { forgetOldTokens } from "./idempotency-tokens.ts";
import { Operations } from "./operations.ts";

/** How {@link startEmbeddedDynamoDB} starts; every field has a default. */
export interface EmbeddedDynamoDBOptions {
  /** The port on 127.0.0.1. Default: a free one. */
  readonly port?: number;
  /** A folder that keeps the data after a stop, or a kill. Default: none, all is in memory. */
  readonly path?: string;
  /** What goes wrong, and how often. Default: nothing. */
  readonly faults?: DynamoDBFaults;
  /**
   * What becomes of items whose time to live is over. DynamoDB returns them for up to two days;
   * "keep" does so for ever, so that code which forgets to filter them is found out. "remove"
   * deletes them before each request on their table, reading all of it. Default: "keep".
   */
  readonly expiredItems?: "keep" | "remove";
  /** How long tables take to be made, changed or deleted, in milliseconds; requests are answered
   *  before. A stop does not wait for it, but its timer lives on. Default: 0, which answers when it
   *  is done. */
  readonly tableDelay?: number;
  /** The time in milliseconds since the epoch, for tokens and expiry. Default: `Date.now`. */
  readonly now?: () => number;
}

/** A running engine. */
export interface EmbeddedDynamoDB {
  /** `http://127.0.0.1:<port>`, for the `endpoint` of an SDK client. Region and credentials can be
   *  any; the tables are the same for all. */
  readonly endpoint: string;
  /** Replaces the faults given at the start and begins their sequence anew; without an argument
   *  nothing goes wrong any more. */
  setFaults(faults?: DynamoDBFaults): void;
  /** Finishes what is under way, closes all connections and the data. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts an embedded DynamoDB. Needs the package `dynalite`, release 4.0.0.
 *
 * @param options How to start.
 * @returns The running engine; its owner has to stop it.
 * @throws {Error} Where dynalite is missing or another release, the port is taken, or the folder
 *   cannot be opened.
 * @throws {RangeError} Where a share in `faults` is not from 0 to 1.
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
