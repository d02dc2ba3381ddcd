import type { DriverCallOptions, DriverCollection } from "../driver/driver.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteOutcome } from "../driver/write-action.ts";
import type { DynamoDb } from "./client.ts";
import { toConditionParameters } from "./condition.ts";
import { refusesEmptyString } from "./error-code.ts";
import { batchSize, getItems } from "./get-items.ts";
import { fromItem, type Item, toItem, toItemKey } from "./item.ts";
import { ensureTable, sendOptions, tableStatus } from "./table.ts";

/** One table of DynamoDB. */
export class DynamoDbCollection implements DriverCollection {
  readonly #table: string;
  readonly #connect: () => Promise<DynamoDb>;
  #markEmptyStrings = false;

  constructor(table: string, connected: () => Promise<DynamoDb>) {
    this.#table = table;
    this.#connect = connected;
  }

  async get(
    keys: readonly string[],
    options: DriverCallOptions,
  ): Promise<(StoredRecord | undefined)[]> {
    const { documents, items } = await this.#connect();
    const [only] = keys;
    if (only !== undefined && keys.length === 1) {
      const { Item } = await documents.send(
        new items.GetCommand({
          TableName: this.#table,
          Key: toItemKey(only),
          ConsistentRead: true,
        }),
        sendOptions(options),
      );
      return [Item && fromItem(Item)];
    }
    const different = [...new Set(keys)];
    const found = new Map<string, Item>();
    for (let start = 0; start < different.length; start += batchSize) {
      const batch = await getItems(
        (input) => documents.send(new items.BatchGetCommand(input), sendOptions(options)),
        this.#table,
        different.slice(start, start + batchSize),
      );
      for (const [key, item] of batch) found.set(key, item);
    }
    // Reading an item takes over its values: one that is wanted twice is copied before.
    const taken = new Set<string>();
    return keys.map((key) => {
      const item = found.get(key);
      const isTaken = taken.has(key);
      taken.add(key);
      return item && fromItem(isTaken ? structuredClone(item) : item);
    });
  }

  async write(action: WriteAction, options: DriverCallOptions): Promise<WriteOutcome> {
    try {
      await this.#send(action, options);
      return "applied";
    } catch (error) {
      if (!this.#markEmptyStrings && refusesEmptyString(error)) {
        this.#markEmptyStrings = true;
        return this.write(action, options);
      }
      if (!isConditionFailure(error)) throw error;
      return (error.$metadata?.attempts ?? 1) > 1 ? "uncertain" : "refused";
    }
  }

  async ensureSchema(options: DriverCallOptions): Promise<void> {
    await ensureTable(await this.#connect(), this.#table, options);
  }

  async checkSchema(options: DriverCallOptions): Promise<readonly string[]> {
    const status = await tableStatus(await this.#connect(), this.#table, options);
    if (status === "ACTIVE" || status === "UPDATING") return [];
    return status === undefined
      ? [`The table "${this.#table}" does not exist.`]
      : [`The table "${this.#table}" is ${status}.`];
  }

  async #send(action: WriteAction, options: DriverCallOptions): Promise<void> {
    const { documents, items } = await this.#connect();
    const condition = toConditionParameters(action.condition);
    if (action.kind === "set") {
      const Item = toItem(action.record, this.#markEmptyStrings);
      await documents.send(
        new items.PutCommand({ TableName: this.#table, Item, ...condition }),
        sendOptions(options),
      );
    } else {
      const Key = toItemKey(action.key);
      await documents.send(
        new items.DeleteCommand({ TableName: this.#table, Key, ...condition }),
        sendOptions(options),
      );
    }
  }
}

function isConditionFailure(
  error: unknown,
): error is Error & { $metadata?: { attempts?: number } } {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}
