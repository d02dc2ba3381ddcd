import type { CollectionDefinition } from "../driver/driver-collection.ts";
import {
  collectionsOf,
  type DeclaredRepository,
  type PlacedRepository,
} from "../repository/declared-repository.ts";
import { indexField } from "./document.ts";
import { tokenCollection } from "./token-document.ts";

/** The contents of `firestore.indexes.json`; `JSON.stringify` makes the file. */
export interface FirestoreIndexes {
  readonly indexes: readonly FirestoreIndex[];
  readonly fieldOverrides: readonly FirestoreFieldOverride[];
}

/** A composite index. */
export interface FirestoreIndex {
  readonly collectionGroup: string;
  readonly queryScope: "COLLECTION";
  readonly fields: readonly {
    readonly fieldPath: string;
    readonly order: "ASCENDING" | "DESCENDING";
  }[];
}

/** How a single field is treated. */
export interface FirestoreFieldOverride {
  readonly collectionGroup: string;
  readonly fieldPath: string;
  /** Whether Firestore removes documents when this time has come. Absent: no. */
  readonly ttl?: true;
  readonly indexes: readonly [];
}

/**
 * Writes what repositories need on Firestore, for `firebase deploy --only firestore:indexes`: an index
 * for each declared one in both directions, the time-to-live policies, and no index on any field that
 * no query goes by. Without the last, writes would cost more and a record with very many values would
 * exceed Firestore's limit of index entries.
 *
 * Throws a `DeclarationError` when two repositories have the same collection.
 *
 * @param repositories repository classes; `{ repository, collection }` where it has another name
 * @returns the same for the same declarations
 */
export function firestoreIndexes(
  repositories: readonly (DeclaredRepository | PlacedRepository)[],
): FirestoreIndexes {
  const collections = collectionsOf(repositories);
  return {
    indexes: collections.flatMap(compositeIndexes),
    fieldOverrides: [
      ...collections.flatMap(({ name, expires }) => [
        unindexed(name, "data"),
        unindexed(name, "indexes"),
        expires ? expiring(name) : unindexed(name, "expiresAt"),
      ]),
      expiring(tokenCollection),
    ],
  };
}

function compositeIndexes({ name, indexes }: CollectionDefinition): readonly FirestoreIndex[] {
  return indexes.flatMap((index) =>
    (["ASCENDING", "DESCENDING"] as const).map((order) => ({
      collectionGroup: name,
      queryScope: "COLLECTION",
      fields: [
        { fieldPath: indexField(index, "partition"), order: "ASCENDING" },
        { fieldPath: indexField(index, "sort"), order },
      ],
    })),
  );
}

// On a map it goes for all that is in it.
function unindexed(collectionGroup: string, fieldPath: string): FirestoreFieldOverride {
  return { collectionGroup, fieldPath, indexes: [] };
}

function expiring(collectionGroup: string): FirestoreFieldOverride {
  return { collectionGroup, fieldPath: "expiresAt", ttl: true, indexes: [] };
}
