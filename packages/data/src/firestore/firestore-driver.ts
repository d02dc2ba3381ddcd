// Records in Google Cloud Firestore (native mode), one collection for each repository. What it cannot
// do: keep a document of more than 1 MiB, ids of more than 1,500 bytes or with a slash, an array
// directly inside an array, field names with two underscores at both ends, or fields nested deeper
// than 20 levels; and it compares no field before a write, only the document's own update time. The
// limits of the repositories, and this driver's translation, keep callers from all of these.

import type { Firestore } from "@google-cloud/firestore";
import type { CollectionDefinition, Driver } from "../driver/driver.ts";
import { FirestoreConnection } from "./connection.ts";
import { firestoreErrorCode } from "./error-code.ts";
import { FirestoreCollection } from "./firestore-collection.ts";

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
  const connection = new FirestoreConnection({ client, projectId }, timeout);
  return {
    name: "Firestore",
    capabilities: {
      durable: true,
      queries: false,
      consistentQueries: false,
      transactions: false,
      scan: false,
    },
    endpoint: () => process.env["FIRESTORE_EMULATOR_HOST"],
    collection: ({ name }: CollectionDefinition) => new FirestoreCollection(name, connection),
    errorCode: firestoreErrorCode,
    close: () => connection.close(),
  };
}
