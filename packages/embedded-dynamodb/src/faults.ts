import type { Wire } from "./dynalite-modules.ts";
import { ApiError, throttled, throughputMessage } from "./api-error.ts";
import { transactionCancelled } from "./cancellation.ts";
import { seededRandom } from "./seeded-random.ts";

/** How often the engine fails as the real one does under load. Shares are from 0 to 1. */
export interface DynamoDBFaults {
  /** The seed of the sequence: the same requests in the same order meet the same faults. Default: 1. */
  readonly seed?: number;
  /** Share of reads and writes that fail with ProvisionedThroughputExceededException. Half of these
   *  transactions are cancelled for that reason instead. Default: 0. */
  readonly throttled?: number;
  /** Share of the keys of BatchGetItem and of the writes of BatchWriteItem that come back as
   *  UnprocessedKeys or UnprocessedItems; a batch with none left is throttled. Default: 0. */
  readonly unprocessed?: number;
  /** Share of transactions that are cancelled as if another one were changing their first item, and
   *  of single writes that fail with TransactionConflictException. Default: 0. */
  readonly conflicts?: number;
  /** Share of reads and writes that are carried out and whose connection is then closed without a
   *  response. Default: 0. */
  readonly lostAnswers?: number;
}

const singleWrites = new Set(["PutItem", "UpdateItem", "DeleteItem"]);
const reads = new Set(["GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"]);
const writes = new Set([...singleWrites, "BatchWriteItem", "TransactWriteItems"]);

/** Decides for each request whether and how it fails. Operations on tables never fail. */
export class FaultSource {
  readonly #faults: DynamoDBFaults;
  readonly #random: () => number;

  constructor(faults: DynamoDBFaults = {}) {
    for (const [name, share] of Object.entries(faults)) {
      if (name !== "seed" && !(typeof share === "number" && share >= 0 && share <= 1)) {
        throw new RangeError(`faults.${name} is a share from 0 to 1, not ${String(share)}.`);
      }
    }
    this.#faults = faults;
    this.#random = seededRandom(faults.seed ?? 1);
  }

  /** @throws {ApiError} If this request fails before it has any effect. */
  beforeRequest(operation: string, request: Wire): void {
    if (!reads.has(operation) && !writes.has(operation)) return;
    const isTransaction = operation.startsWith("Transact");
    if (this.#hits(this.#faults.throttled)) {
      if (!isTransaction || this.#random() < 0.5) throw throttled();
      throw cancelledByFirst(request, "ProvisionedThroughputExceeded", throughputMessage);
    }
    if (!isTransaction && !singleWrites.has(operation)) return;
    if (this.#hits(this.#faults.conflicts)) {
      const message = "Transaction is ongoing for the item";
      if (!isTransaction) throw new ApiError("TransactionConflictException", message);
      throw cancelledByFirst(request, "TransactionConflict", message);
    }
  }

  /**
   * Leaves entries out of a batch.
   *
   * @returns The entries to process, and those to report as unprocessed.
   * @throws {ApiError} ProvisionedThroughputExceededException if none is left.
   */
  splitBatch<T>(entries: readonly T[]): { processed: T[]; unprocessed: T[] } {
    const processed: T[] = [];
    const unprocessed: T[] = [];
    for (const entry of entries) {
      (this.#hits(this.#faults.unprocessed) ? unprocessed : processed).push(entry);
    }
    if (processed.length === 0) throw throttled();
    return { processed, unprocessed };
  }

  /** Whether the response to this request is lost, after it was carried out. */
  losesAnswer(operation: string): boolean {
    if (!reads.has(operation) && !writes.has(operation)) return false;
    return this.#hits(this.#faults.lostAnswers);
  }

  #hits(share = 0): boolean {
    return share > 0 && this.#random() < share;
  }
}

function cancelledByFirst(request: Wire, code: string, message: string): ApiError {
  const { TransactItems } = request;
  const others = Array.isArray(TransactItems) ? TransactItems.slice(1) : [];
  return transactionCancelled([
    { Code: code, Message: message },
    ...others.map(() => ({ Code: "None" })),
  ]);
}
