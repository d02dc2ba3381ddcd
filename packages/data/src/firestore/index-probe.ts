import type { Query } from "@google-cloud/firestore";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import type { FirestoreConnection } from "./firestore-connection.ts";
import { firestoreErrorCode } from "./error-code.ts";
import { inRange } from "./index-query.ts";

const orders = ["ascending", "descending"] as const;

/**
 * Finds out which indexes Firestore lacks by asking for one record of each, in both directions: its
 * data interface cannot list them. An emulator has them all. At least one request is sent, so that an
 * engine out of reach shows.
 */
export async function missingIndexes(
  collection: Query,
  { name, indexes }: CollectionDefinition,
  connection: FirestoreConnection,
): Promise<readonly string[]> {
  if (indexes.length === 0) {
    await connection.answer(() => collection.limit(1).get());
    return [];
  }
  const probes = indexes.flatMap((index) => orders.map((order) => ({ index, order })));
  const faults = await Promise.all(
    probes.map(async ({ index, order }) => {
      const query = inRange(collection, { index, partition: "" }, order).limit(1);
      try {
        await connection.answer(() => query.get());
        return [];
      } catch (error) {
        if (firestoreErrorCode(error) !== "failed_precondition") throw error;
        return [
          `The collection "${name}" has no ${order} index "${index}", or it is being built: deploy firestore.indexes.json.`,
        ];
      }
    }),
  );
  return faults.flat();
}
