import { isEmptyRange } from "../driver/byte-order.ts";
import type {
  CollectionDefinition,
  DriverCallOptions,
  DriverCollection,
} from "../driver/driver-collection.ts";
import type {
  CountQuery,
  IndexPage,
  IndexQuery,
  ScanPage,
  ScanQuery,
} from "../driver/index-query.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteOutcome } from "../driver/write-action.ts";
import type { DynamoDb } from "./connect.ts";
import { attemptsOf, isConditionFailure, refusesEmptyString } from "./error-code.ts";
import { toDemand } from "./condition.ts";
import { batchSize, getItems } from "./get-items.ts";
import { toCountRequests, toIndexPage, toQueryRequest } from "./index-request.ts";
import { attributes, fromItem, type Item, toItem, toItemKey } from "./item.ts";
import { checkTable, ensureTable } from "./table.ts";
import { isTokenItem, type TransactTable } from "./transact-request.ts";

/** One table of DynamoDB. */
export class DynamoDbCollection implements DriverCollection, TransactTable {
  readonly table: string;
  readonly expires: boolean;
  readonly #definition: CollectionDefinition;
  readonly #connect: () => Promise<DynamoDb>;

  constructor(definition: CollectionDefinition, connected: () => Promise<DynamoDb>) {
    this.table = definition.name;
    this.expires = definition.expires;
    this.#definition = definition;
    this.#connect = connected;
  }

  async get(
    keys: readonly string[],
    options: DriverCallOptions,
  ): Promise<(StoredRecord | undefined)[]> {
    const [only] = keys;
    if (only !== undefined && keys.length === 1) return [await this.#getOne(only, options)];
    const { sender } = await this.#connect();
    const different = [...new Set(keys)];
    const found = new Map<string, Item>();
    for (let start = 0; start < different.length; start += batchSize) {
      const batch = await getItems(
        (input) => sender.batchGet(input, options),
        this.table,
        different.slice(start, start + batchSize),
        options,
      );
      for (const [key, item] of batch) found.set(key, item);
    }
    // A record takes over the values of its item: an item that is requested twice is copied first.
    const taken = new Set<string>();
    return keys.map((key) => {
      const item = found.get(key);
      const isTaken = taken.has(key);
      taken.add(key);
      return item && this.#toRecord(isTaken ? structuredClone(item) : item);
    });
  }

  async write(action: WriteAction, options: DriverCallOptions): Promise<WriteOutcome> {
    const { quirks } = await this.#connect();
    try {
      await this.#send(action, options);
      return "applied";
    } catch (error) {
      if (!quirks.refusesEmptyStrings && refusesEmptyString(error)) {
        quirks.refusesEmptyStrings = true;
        return this.write(action, options);
      }
      if (!isConditionFailure(error)) throw error;
      return attemptsOf(error) > 1 ? "uncertain" : "refused";
    }
  }

  async query(query: IndexQuery, options: DriverCallOptions): Promise<IndexPage> {
    if (isEmptyRange(query)) return { records: [], more: false };
    const { sender } = await this.#connect();
    const answer = await sender.query(toQueryRequest(this.table, query), options);
    return toIndexPage(query, answer, this.#definition.indexes);
  }

  async count(query: CountQuery, options: DriverCallOptions): Promise<number> {
    if (isEmptyRange(query)) return 0;
    const { sender } = await this.#connect();
    let total = 0;
    for (const { sign, request } of toCountRequests(this.table, query, this.expires)) {
      let next: Item | undefined;
      do {
        const { Count = 0, LastEvaluatedKey } = await sender.query(
          { ...request, ...(next && { ExclusiveStartKey: next }) },
          options,
        );
        total += sign * Count;
        next = LastEvaluatedKey;
      } while (next !== undefined);
    }
    return total;
  }

  async scan({ after, limit }: ScanQuery, options: DriverCallOptions): Promise<ScanPage> {
    const { sender } = await this.#connect();
    const { Items = [], LastEvaluatedKey } = await sender.scan(
      {
        TableName: this.table,
        ConsistentRead: true,
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: toItemKey(after) }),
      },
      options,
    );
    const records = Items.filter((item) => !isTokenItem(item)).map((item) => this.#toRecord(item));
    const position: unknown = LastEvaluatedKey?.[attributes.key];
    return typeof position === "string" ? { records, position } : { records };
  }

  async ensureSchema(options: DriverCallOptions): Promise<void> {
    await ensureTable(await this.#connect(), this.#definition, options);
  }

  async checkSchema(options: DriverCallOptions): Promise<readonly string[]> {
    return checkTable(await this.#connect(), this.#definition, options);
  }

  async #getOne(key: string, options: DriverCallOptions): Promise<StoredRecord | undefined> {
    const { sender } = await this.#connect();
    const { Item } = await sender.get(
      { TableName: this.table, Key: toItemKey(key), ConsistentRead: true },
      options,
    );
    return Item && this.#toRecord(Item);
  }

  async #send(action: WriteAction, options: DriverCallOptions): Promise<void> {
    const { sender, quirks } = await this.#connect();
    const condition = toDemand(action, this.expires);
    const TableName = this.table;
    if (action.kind === "set") {
      const Item = toItem(action.record, quirks.refusesEmptyStrings);
      await sender.put({ TableName, Item, ...condition }, options);
    } else {
      const Key = toItemKey(action.key);
      await sender.delete({ TableName, Key, ...condition }, options);
    }
  }

  #toRecord(item: Item): StoredRecord {
    return fromItem(item, this.#definition.indexes);
  }
}
