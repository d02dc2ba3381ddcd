import type {
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Precondition,
  Timestamp,
} from "@google-cloud/firestore";
import type { DriverCollection } from "../driver/driver.ts";
import type { StoredRecord } from "../driver/stored-record.ts";
import type { WriteAction, WriteCondition, WriteOutcome } from "../driver/write-action.ts";
import type { FirestoreConnection } from "./connection.ts";
import { fromDocument, toDocument } from "./document.ts";
import { toDocumentId } from "./document-id.ts";
import { isPreconditionFailure } from "./error-code.ts";

/** One collection of Firestore. */
export class FirestoreCollection implements DriverCollection {
  readonly #name: string;
  readonly #connection: FirestoreConnection;

  constructor(name: string, connection: FirestoreConnection) {
    this.#name = name;
    this.#connection = connection;
  }

  async get(keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    if (keys.length === 0) return [];
    const firestore = await this.#connection.client();
    const references = [...new Set(keys)].map((key) => this.#reference(firestore, key));
    const snapshots = await this.#connection.answer(firestore.getAll(...references));
    const byId = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]));
    return keys.map((key) => toRecord(byId.get(toDocumentId(key))));
  }

  async write(action: WriteAction): Promise<WriteOutcome> {
    const firestore = await this.#connection.client();
    const key = action.kind === "set" ? action.record.key : action.key;
    const precondition = await this.#precondition(key, action.condition);
    if (precondition === undefined) return "refused";
    try {
      const written = send(this.#reference(firestore, key), action, precondition);
      await this.#connection.answer(written);
      return "applied";
    } catch (error) {
      // The client repeats a commit whose answer was lost, and does not say whether it did.
      if (isPreconditionFailure(error)) return "uncertain";
      throw error;
    }
  }

  /** What Firestore is to check; `undefined` when the condition is known not to hold. */
  async #precondition(key: string, condition: WriteCondition): Promise<Precondition | undefined> {
    if (condition.kind === "none") return {};
    if (condition.kind !== "revision") return { exists: condition.kind === "present" };
    if (condition.hint !== undefined) return { lastUpdateTime: condition.hint as Timestamp };
    // Firestore compares nothing but its own update time: take that of the wanted revision.
    const [stored] = await this.get([key]);
    if (stored?.revision !== condition.revision) return undefined;
    return { lastUpdateTime: stored.hint as Timestamp };
  }

  #reference(firestore: Firestore, key: string): DocumentReference {
    return firestore.collection(this.#name).doc(toDocumentId(key));
  }
}

function send(
  reference: DocumentReference,
  action: WriteAction,
  precondition: Precondition,
): Promise<unknown> {
  if (action.kind === "remove") return reference.delete(precondition);
  const document = toDocument(action.record);
  if (precondition.exists === false) return reference.create(document);
  const isUnconditional =
    precondition.exists === undefined && precondition.lastUpdateTime === undefined;
  return isUnconditional
    ? reference.set(document)
    : reference.update({ ...document }, precondition);
}

function toRecord(snapshot: DocumentSnapshot | undefined): StoredRecord | undefined {
  const document = snapshot?.data();
  return document && fromDocument(document, snapshot?.updateTime);
}
