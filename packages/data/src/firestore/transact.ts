import { setTimeout as delay } from "node:timers/promises";
import type {
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Timestamp,
} from "@google-cloud/firestore";
import { AbortedError, InvalidArgumentError } from "@plinth/core/errors";
import { backOff } from "@plinth/support/back-off";
import { conditionHolds } from "../driver/condition-holds.ts";
import type {
  TransactAction,
  TransactOptions,
  TransactOutcome,
} from "../driver/transact-action.ts";
import type { WriteAction } from "../driver/write-action.ts";
import type { FirestoreConnection } from "./firestore-connection.ts";
import { firestoreErrorCode, isPreconditionFailure } from "./error-code.ts";
import { pinned, preconditionOf, type Precondition } from "./precondition.ts";
import { toRecord } from "./snapshot.ts";
import { tokenReference, toTokenDocument } from "./token-document.ts";
import { addDocument, addWrite, type Writer } from "./write.ts";

/** An action with its document. */
export interface DocumentAction {
  readonly action: TransactAction["action"];
  readonly reference: DocumentReference;
  /** Whether records of its collection can expire. */
  readonly expires: boolean;
}

const attempts = 10;
const pauses = { first: 16, max: 400 };

/**
 * Applies all actions or none; see `Driver.transact`. A batch of writes with preconditions holds no locks, and is
 * one request if nothing has to be read. Only a transaction can check a document without writing it.
 */
export async function transact(
  connection: FirestoreConnection,
  actions: readonly DocumentAction[],
  options: TransactOptions,
): Promise<TransactOutcome> {
  const firestore = await connection.client();
  const attempt = new Attempt(firestore, actions, options);
  if (actions.some(({ action }) => action.kind === "check" && action.condition.kind !== "none")) {
    return connection.answer(() =>
      firestore.runTransaction((transaction) => attempt.inTransaction(transaction)),
    );
  }
  const blind = attempt.withoutReading();
  for (let count = 1; ; count += 1) {
    const batch = firestore.batch();
    const outcome =
      count === 1 && blind !== undefined
        ? attempt.add(batch, blind)
        : attempt.judge(batch, await connection.answer(() => attempt.read(firestore)));
    if (outcome !== undefined) return outcome;
    try {
      await connection.answer(() => batch.commit());
      return { applied: true };
    } catch (error) {
      attempt.wasSent = true;
      const isContended = isPreconditionFailure(error) || firestoreErrorCode(error) === "aborted";
      if (!isContended) throw error;
      if (count === attempts) {
        throw new AbortedError(`Other writers were faster in each of ${attempts} attempts.`, {
          cause: error,
        });
      }
    }
    await delay(backOff(count, pauses), undefined, options);
  }
}

/** The steps of a transaction, and the state of earlier attempts. */
class Attempt {
  /** Whether an earlier attempt has sent writes, which may have been applied. */
  wasSent = false;
  readonly #actions: readonly DocumentAction[];
  readonly #options: TransactOptions;
  readonly #token: DocumentReference | undefined;

  constructor(firestore: Firestore, actions: readonly DocumentAction[], options: TransactOptions) {
    this.#actions = actions;
    this.#options = options;
    this.#token =
      options.token === undefined ? undefined : tokenReference(firestore, options.token);
  }

  /** The preconditions of all actions; `undefined` if one of them needs a read. */
  withoutReading(): readonly Precondition<Timestamp>[] | undefined {
    if (this.#token !== undefined) return undefined;
    const preconditions = this.#actions.map(({ action, expires }) =>
      preconditionOf<Timestamp>(action.condition, expires),
    );
    return preconditions.every((precondition) => precondition !== undefined)
      ? preconditions
      : undefined;
  }

  /** Reads all documents of conditions in one request, as of one moment. */
  read(reader: {
    getAll(...references: DocumentReference[]): Promise<DocumentSnapshot[]>;
  }): Promise<DocumentSnapshot[]> {
    const references = this.#actions.map(({ reference }) => reference);
    return reader.getAll(...references, ...(this.#token === undefined ? [] : [this.#token]));
  }

  async inTransaction(
    transaction: Writer & Parameters<Attempt["read"]>[0],
  ): Promise<TransactOutcome> {
    const outcome = this.judge(transaction, await this.read(transaction));
    // The client runs this again after a failure, and does not report whether that attempt was applied.
    this.wasSent = true;
    return outcome ?? { applied: true };
  }

  /** Judges the conditions and adds the writes. Returns an outcome if there is nothing to send. */
  judge(writer: Writer, snapshots: readonly DocumentSnapshot[]): TransactOutcome | undefined {
    const known = this.#token === undefined ? undefined : snapshots.at(-1);
    if (this.#isUsed(known)) return { applied: true };
    const stored = this.#actions.map((_action, position) => toRecord(snapshots[position]));
    const failed = this.#actions.flatMap(({ action }, position) =>
      conditionHolds(action.condition, stored[position]) ? [] : [position],
    );
    if (failed.length > 0) return { applied: false, failed, uncertain: this.wasSent };
    if (known !== undefined) this.#addToken(writer, known);
    return this.add(
      writer,
      this.#actions.map(({ action }, position) =>
        action.condition.kind === "none" ? {} : pinned(stored[position]),
      ),
    );
  }

  /** Adds the writes with their preconditions, one per action. */
  add(writer: Writer, preconditions: readonly Precondition<Timestamp>[]): undefined {
    for (const [position, { action, reference }] of this.#actions.entries()) {
      if (action.kind === "check") continue;
      addWrite(writer, reference, action satisfies WriteAction, preconditions[position] ?? {});
    }
  }

  #isUsed(known: DocumentSnapshot | undefined): boolean {
    const expiresAt = known?.get("expiresAt") as Timestamp | undefined;
    if (expiresAt === undefined || expiresAt.toMillis() <= Date.now()) return false;
    if (known?.get("fingerprint") === (this.#options.tokenFingerprint ?? "")) return true;
    throw new InvalidArgumentError(
      `The token ${JSON.stringify(this.#options.token)} was used for another transaction before.`,
    );
  }

  #addToken(writer: Writer, known: DocumentSnapshot): void {
    const document = toTokenDocument(this.#options.tokenFingerprint ?? "", Date.now());
    const precondition =
      known.updateTime === undefined ? { exists: false } : { lastUpdateTime: known.updateTime };
    addDocument(writer, known.ref, document, precondition);
  }
}
