// Records in Google Cloud Firestore (native mode), one collection per repository. Limits:
//
// - A document has at most 1 MiB, an id 1,500 bytes and no slash, and fields 20 levels. No array is directly
//   inside an array, and no field name has two underscores at both ends. The limits of the repositories are
//   lower, or this driver translates.
// - A write can check existence and the update time of its document, no field. Writes that depend on a
//   revision or on expiry read the document first.
// - Checking a document without writing it needs a locking transaction, which is slower under contention.
// - Firestore has no tokens: they are documents of the collection `plinth~tokens`, which expire.
// - The data interface cannot create or list indexes: deploy firestore.indexes.json. The emulator needs none,
//   so only production shows that one is missing. Counting records that can expire reads two fields of each.

import type { Firestore } from "@google-cloud/firestore";
import { DeclarationError, InternalError } from "@plinth/core/errors";
import { wholeNumberFault } from "@plinth/support/numbers";
import { maxTimerDelay } from "@plinth/support/race";
import { keyOf } from "../driver/key-of.ts";
import type { Driver } from "../driver/driver.ts";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import type { TransactAction } from "../driver/transact-action.ts";
import { FirestoreConnection } from "./firestore-connection.ts";
import { firestoreErrorCode } from "./error-code.ts";
import { FirestoreCollection } from "./firestore-collection.ts";
import { type DocumentAction, transact } from "./transact.ts";

/** Options of {@link firestoreDriver}. */
export interface FirestoreOptions {
  /** The Google Cloud project. Default: found by the client, such as in `GOOGLE_CLOUD_PROJECT`. */
  readonly projectId?: string | undefined;
  /** The time limit of a request, in milliseconds; then it is `unavailable`. Default: 10,000. */
  readonly timeout?: number | undefined;
  /** A client to use instead. The driver does not close it. */
  readonly client?: Firestore | undefined;
}

const defaultTimeout = 10_000;

/**
 * Makes a driver for Google Cloud Firestore. It imports `@google-cloud/firestore` at the first use, and rejects
 * with `failed_precondition` if it is not installed. The client reads the address of an emulator from
 * `FIRESTORE_EMULATOR_HOST`. Throws a `DeclarationError` if an option is wrong.
 */
export function firestoreDriver(options: FirestoreOptions = {}): Driver {
  const { client, projectId, timeout = defaultTimeout } = options;
  const fault = wholeNumberFault("timeout", timeout, {
    min: 1,
    max: maxTimerDelay,
    unit: "milliseconds",
  });
  if (fault !== undefined) throw new DeclarationError(`The Firestore driver: ${fault}`);
  const connection = new FirestoreConnection({ client, projectId }, timeout);
  return {
    name: "Firestore",
    capabilities: {
      durable: true,
      consistentQueries: true,
    },
    endpoint: () => process.env["FIRESTORE_EMULATOR_HOST"],
    collection: (definition: CollectionDefinition) =>
      new FirestoreCollection(definition, connection),
    transact: async (actions, transactOptions) => {
      const firestore = await connection.client();
      const about = actions.map((action) => toDocumentAction(firestore, action));
      return transact(connection, about, transactOptions);
    },
    errorCode: firestoreErrorCode,
    close: () => connection.close(),
  };
}

function toDocumentAction(
  firestore: Firestore,
  { collection, action }: TransactAction,
): DocumentAction {
  if (!(collection instanceof FirestoreCollection)) {
    throw new InternalError("A transaction of Firestore is given a collection of another driver.");
  }
  const { expires } = collection;
  return { action, expires, reference: collection.reference(firestore, keyOf(action)) };
}
