import type { Query } from "@google-cloud/firestore";
import type { CollectionDefinition } from "../driver/driver-collection.ts";
import type { FirestoreConnection } from "./firestore-connection.ts";
import { firestoreErrorCode } from "./error-code.ts";
import { inRange } from "./index-query.ts";

const orders = ["ascending", "descending"] as const;

/**
 * Finds missing indexes by a query for one record of each, in both directions: the data interface of Firestore
 * cannot list them. An emulator has them all. Sends at least one request, so that an unreachable engine is
 * noticed.
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
