// Records in Google Cloud Firestore (native mode), one collection for each repository. What it cannot
// do:
//
// - keep a document of more than 1 MiB, ids of more than 1,500 bytes or with a slash, an array directly
//   inside an array, field names with two underscores at both ends, or fields nested deeper than 20
//   levels: the limits of the repositories, and this driver's translation, keep callers from these;
// - compare a field before a write, only existence and the document's own update time: what depends on a
//   revision, or on an expired record, is read first;
// - check a document without writing it outside a locking transaction, which is slower under contention;
// - remember tokens: they are documents of the collection `plinth~tokens`, which expire;
// - create or list indexes: deploy firestore.indexes.json. The emulator needs none, so only production
//   shows that one is missing. Counting records that may expire reads two fields of each.

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
  /** The Google Cloud project. Default: what the client finds, such as `GOOGLE_CLOUD_PROJECT`. */
  readonly projectId?: string | undefined;
  /** How long to wait for an answer, in milliseconds, before it is `unavailable`. Default: 10,000. */
  readonly timeout?: number | undefined;
  /** A client to use in place of an own one; it is not closed. */
  readonly client?: Firestore | undefined;
}

const defaultTimeout = 10_000;

/**
 * A driver for Google Cloud Firestore. The package `@google-cloud/firestore` is imported at the first
 * use; without it the driver rejects with `failed_precondition`. The client takes the address of an
 * emulator from `FIRESTORE_EMULATOR_HOST`.
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
