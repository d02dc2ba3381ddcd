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

/** The indexes and the time to live of a single field. */
export interface FirestoreFieldOverride {
  readonly collectionGroup: string;
  readonly fieldPath: string;
  /** Whether Firestore removes documents after this time. Default: no. */
  readonly ttl?: true;
  readonly indexes: readonly [];
}

/**
 * Makes the indexes of repositories on Firestore, for `firebase deploy --only firestore:indexes`: each declared
 * index in both directions, and the time-to-live policies. Fields that no query uses get no index: otherwise
 * writes would cost more, and a record with very many values would exceed Firestore's limit of index entries.
 *
 * Throws a `DeclarationError` if two repositories have the same collection.
 *
 * @param repositories Repository classes, or `{ repository, collection }` if the collection has another name.
 * @returns The same for the same declarations.
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

// For a map it applies to everything inside.
function unindexed(collectionGroup: string, fieldPath: string): FirestoreFieldOverride {
  return { collectionGroup, fieldPath, indexes: [] };
}

function expiring(collectionGroup: string): FirestoreFieldOverride {
  return { collectionGroup, fieldPath: "expiresAt", ttl: true, indexes: [] };
}
