import type {
  CollectionReference,
  DocumentReference,
  Firestore,
  Timestamp,
} from "@google-cloud/firestore";
import { isEmptyRange } from "../driver/byte-order.ts";
import { conditionHolds } from "../driver/condition-holds.ts";
import { keyOf } from "../driver/key-of.ts";
import type {
  CollectionDefinition,
  DriverCallOptions,
  DriverCollection,
} from "../driver/driver-collection.ts";
import type {
  CountQuery,
  IndexRange,
  IndexPage,
  IndexQuery,
  ScanPage,
  ScanQuery,
} from "../driver/index-query.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteOutcome } from "../driver/write-action.ts";
import type { FirestoreConnection } from "./firestore-connection.ts";
import { fromDocument, indexField } from "./document.ts";
import { toDocumentId } from "./document-id.ts";
import { isPreconditionFailure } from "./error-code.ts";
import { countLive, inRange } from "./index-query.ts";
import { missingIndexes } from "./index-probe.ts";
import { pinned, preconditionOf } from "./precondition.ts";
import { toRecord } from "./snapshot.ts";
import { addWrite } from "./write.ts";

const attempts = 10;
const countPage = 1000;

/** One collection of Firestore. */
export class FirestoreCollection implements DriverCollection {
  readonly expires: boolean;
  readonly #definition: CollectionDefinition;
  readonly #connection: FirestoreConnection;
  #collection: CollectionReference | undefined;

  constructor(definition: CollectionDefinition, connection: FirestoreConnection) {
    this.expires = definition.expires;
    this.#definition = definition;
    this.#connection = connection;
  }

  async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    const [only] = keys;
    if (only === undefined) return [];
    const firestore = await this.#connection.client();
    if (keys.length === 1) {
      const reference = this.reference(firestore, only);
      const [snapshot] = await this.#connection.answer(() => firestore.getAll(reference));
      return [toRecord(snapshot)];
    }
    const references = [...new Set(keys)].map((key) => this.reference(firestore, key));
    const snapshots = await this.#connection.answer(() => firestore.getAll(...references));
    const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
    // Decoded for each key, so that a key that is requested twice gets two records.
    return keys.map((key) => toRecord(byId.get(toDocumentId(key))));
  }

  async write(action: WriteAction): Promise<WriteOutcome> {
    const precondition = preconditionOf<Timestamp>(action.condition, this.expires);
    if (precondition === undefined) return this.#readAndWrite(action);
    try {
      await this.#send(action, precondition);
      return "applied";
    } catch (error) {
      // The client retries a commit whose answer was lost, and does not report it.
      if (isPreconditionFailure(error)) return "uncertain";
      throw error;
    }
  }

  async query(query: IndexQuery): Promise<IndexPage> {
    if (isEmptyRange(query)) return { records: [], more: false };
    const selected = inRange(await this.#all(), query, query.order).limit(query.limit);
    const { docs } = await this.#connection.answer(() => selected.get());
    const records = docs.map((document) => fromDocument(document.data(), document.updateTime));
    return { records, more: docs.length === query.limit };
  }

  async count(query: CountQuery): Promise<number> {
    if (isEmptyRange(query)) return 0;
    const selected = inRange(await this.#all(), query);
    if (this.expires) return this.#countLive(query);
    const counted = await this.#connection.answer(() => selected.count().get());
    return counted.data().count;
  }

  async scan({ after, limit }: ScanQuery): Promise<ScanPage> {
    const ordered = (await this.#all()).orderBy("__name__").limit(limit);
    const page = after === undefined ? ordered : ordered.startAfter(after);
    const { docs } = await this.#connection.answer(() => page.get());
    const records = docs.map((document) => fromDocument(document.data(), document.updateTime));
    const last = docs.at(-1);
    return docs.length < limit || last === undefined ? { records } : { records, position: last.id };
  }

  async checkSchema({ signal }: DriverCallOptions): Promise<readonly string[]> {
    const missing = await missingIndexes(await this.#all(), this.#definition, this.#connection);
    signal?.throwIfAborted();
    return missing;
  }

  /** The document of a record. */
  reference(firestore: Firestore, key: string): DocumentReference {
    return this.#in(firestore).doc(toDocumentId(key));
  }

  // Firestore compares nothing but its own update time: the record is read and judged, and written only if it
  // has not changed since.
  async #readAndWrite(action: WriteAction): Promise<WriteOutcome> {
    for (let attempt = 1; ; attempt += 1) {
      const [stored] = await this.get([keyOf(action)]);
      if (!conditionHolds(action.condition, stored)) return attempt > 1 ? "uncertain" : "refused";
      try {
        await this.#send(action, pinned<Timestamp>(stored));
        return "applied";
      } catch (error) {
        if (!isPreconditionFailure(error)) throw error;
        // A write at a revision has lost to another one, or to its own first attempt.
        if (action.condition.kind === "revision" || attempt === attempts) return "uncertain";
      }
    }
  }

  async #send(action: WriteAction, precondition: Parameters<typeof addWrite>[3]): Promise<void> {
    const firestore = await this.#connection.client();
    const batch = firestore.batch();
    addWrite(batch, this.reference(firestore, keyOf(action)), action, precondition);
    await this.#connection.answer(() => batch.commit());
  }

  // Firestore could count by two ranges only with one more index per declared index.
  async #countLive(query: CountQuery): Promise<number> {
    const sort = indexField(query.index, "sort");
    const all = await this.#all();
    let total = 0;
    let from: Pick<IndexRange, "from" | "fromExclusive"> = query;
    for (;;) {
      const { from: first, fromExclusive } = from;
      const page = inRange(all, { ...query, from: first, fromExclusive })
        .select("expiresAt", sort)
        .limit(countPage);
      const { docs } = await this.#connection.answer(() => page.get());
      total += countLive(docs, query.now);
      const last = docs.at(-1);
      if (docs.length < countPage || last === undefined) return total;
      from = { from: last.get(sort) as string, fromExclusive: true };
    }
  }

  async #all(): Promise<CollectionReference> {
    return this.#in(await this.#connection.client());
  }

  // Kept, because the client parses the path on every request for the collection.
  #in(firestore: Firestore): CollectionReference {
    this.#collection ??= firestore.collection(this.#definition.name);
    return this.#collection;
  }
}
