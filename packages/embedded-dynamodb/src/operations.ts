import { setTimeout as delay } from "node:timers/promises";
import type { EmbeddedDatabase } from "./embedded-database.ts";
import type { Wire } from "./dynalite-modules.ts";
import { ApiError, apiErrorType } from "./api-error.ts";
import { batchGetWithFaults, batchWriteWithFaults } from "./batch-faults.ts";
import { FaultSource } from "./faults.ts";
import { writeBatch, writeItem } from "./single-write.ts";
import {
  describeTimeToLive,
  forgetTimeToLive,
  removeExpired,
  updateTimeToLive,
} from "./time-to-live.ts";
import { transactGet } from "./transact-get.ts";
import { transactWrite } from "./transact-write.ts";

type Handler = (request: Wire) => Promise<Wire>;

export interface OperationsOptions {
  readonly faults: FaultSource;
  readonly removesExpired: boolean;
  /** Whether a table is ready, or gone, when the response is sent. */
  readonly settlesTables: boolean;
}

/** The operations of the engine, by name. */
export class Operations {
  faults: FaultSource;
  readonly #database: EmbeddedDatabase;
  readonly #options: OperationsOptions;
  readonly #handlers: ReadonlyMap<string, Handler>;

  constructor(database: EmbeddedDatabase, options: OperationsOptions) {
    this.#database = database;
    this.#options = options;
    this.faults = options.faults;
    this.#handlers = new Map(Object.entries(this.#allHandlers()));
  }

  /** @throws {ApiError} The error that DynamoDB responds with. */
  async run(operation: string, request: Wire): Promise<Wire> {
    const handler = this.#handlers.get(operation);
    if (handler === undefined) {
      throw new ApiError(
        "UnknownOperationException",
        `The embedded DynamoDB does not have the operation ${operation}.`,
      );
    }
    this.faults.beforeRequest(operation, request);
    if (this.#options.removesExpired) await this.#removeExpired(request);
    return handler(request);
  }

  #allHandlers(): Record<string, Handler> {
    const database = this.#database;
    const pass = (operation: string): Handler => {
      return (request) => database.act(operation, database.validateAs(operation, request));
    };
    const write = (operation: string): Handler => {
      return (request) => writeItem(database, operation, request);
    };
    return {
      GetItem: pass("GetItem"),
      Query: pass("Query"),
      Scan: pass("Scan"),
      ListTables: pass("ListTables"),
      DescribeTable: pass("DescribeTable"),
      ListTagsOfResource: pass("ListTagsOfResource"),
      TagResource: pass("TagResource"),
      UntagResource: pass("UntagResource"),
      PutItem: write("PutItem"),
      UpdateItem: write("UpdateItem"),
      DeleteItem: write("DeleteItem"),
      BatchGetItem: (request) => this.#batchGet(request),
      BatchWriteItem: (request) => this.#batchWrite(request),
      TransactWriteItems: (request) => transactWrite(database, request),
      TransactGetItems: (request) => transactGet(database, request),
      UpdateTimeToLive: (request) => updateTimeToLive(database, request),
      DescribeTimeToLive: (request) => describeTimeToLive(database, request),
      CreateTable: (request) => this.#changeTable("CreateTable", request),
      UpdateTable: (request) => this.#changeTable("UpdateTable", request),
      DeleteTable: (request) => this.#changeTable("DeleteTable", request),
    };
  }

  async #batchGet(request: Wire): Promise<Wire> {
    const database = this.#database;
    database.validateAs("BatchGetItem", structuredClone(request));
    return batchGetWithFaults(request, this.faults, (rest) =>
      database.act("BatchGetItem", database.validateAs("BatchGetItem", rest)),
    );
  }

  async #batchWrite(request: Wire): Promise<Wire> {
    const database = this.#database;
    database.validateAs("BatchWriteItem", structuredClone(request));
    return batchWriteWithFaults(request, this.faults, (rest) => writeBatch(database, rest));
  }

  async #changeTable(operation: string, request: Wire): Promise<Wire> {
    refuseUnsupported(request);
    const database = this.#database;
    const data = database.validateAs(operation, request);
    const name = data["TableName"] as string;
    return database.exclusively(async () => {
      // dynalite goes on changing this object, until the table is settled.
      const answer = await database.act(operation, data);
      if (operation === "DeleteTable") await forgetTimeToLive(database, name);
      if (this.#options.settlesTables) await this.#settle(name, operation === "DeleteTable");
      return answer;
    });
  }

  /** Without it the SDK's waiters would be slow: they look once, and again after 20 seconds. */
  async #settle(name: string, isDeleted: boolean): Promise<void> {
    for (;;) {
      try {
        const { Table } = (await this.#database.act("DescribeTable", { TableName: name })) as {
          Table: { TableStatus: string; GlobalSecondaryIndexes?: { IndexStatus: string }[] };
        };
        const indexes = Table.GlobalSecondaryIndexes ?? [];
        const states = [Table.TableStatus, ...indexes.map(({ IndexStatus }) => IndexStatus)];
        if (!isDeleted && states.every((state) => state === "ACTIVE")) return;
      } catch (error) {
        if (isDeleted && apiErrorType(error) === "ResourceNotFoundException") return;
        throw error;
      }
      await delay(1);
    }
  }

  async #removeExpired(request: Wire): Promise<void> {
    for (const name of tablesOf(request)) await removeExpired(this.#database, name);
  }
}

/** Says so instead of leaving out in silence what dynalite would. */
function refuseUnsupported(request: Wire): void {
  const stream = request["StreamSpecification"] as { StreamEnabled?: boolean } | undefined;
  const updates = (request["GlobalSecondaryIndexUpdates"] ?? []) as Wire[];
  const refuse = (what: string) => {
    throw new ApiError("ValidationException", `The embedded DynamoDB ${what}.`);
  };
  if (stream?.StreamEnabled === true) refuse("has no streams");
  if (updates.some((update) => "Create" in update || "Delete" in update)) {
    refuse("cannot add or remove an index of an existing table");
  }
}

/** The tables that a request names; it has not been checked yet. */
function tablesOf(request: Wire): Set<string> {
  const names: unknown[] = [request["TableName"], ...Object.keys(request["RequestItems"] ?? {})];
  const items = request["TransactItems"];
  for (const item of Array.isArray(items) ? items : []) {
    for (const action of Object.values((item ?? {}) as Wire)) {
      names.push((action as Wire | null)?.["TableName"]);
    }
  }
  return new Set(names.filter((name) => typeof name === "string"));
}
