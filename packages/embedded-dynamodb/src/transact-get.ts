import type { EmbeddedDatabase } from "./embedded-database.ts";
import type { Wire } from "./dynalite-modules.ts";
import { reasonOf, transactionCancelled, type CancellationReason } from "./cancellation.ts";
import {
  actionsOf,
  checkActions,
  refuseDuplicates,
  transactionCapacity,
  transactionTypes,
} from "./transaction-request.ts";

/** TransactGetItems: all items as they are at one moment, between two writes. */
export function transactGet(database: EmbeddedDatabase, request: Wire): Promise<Wire> {
  const data = database.validate(
    request,
    transactionTypes(database, ["Get"]),
    checkActions(database),
  );
  const actions = actionsOf(data);
  return database.exclusively(async () => {
    await refuseDuplicates(database, actions);
    const results: Wire[] = [];
    const reasons: CancellationReason[] = [];
    for (const action of actions) {
      const get = { ...action.data, ConsistentRead: true };
      try {
        const capacity = data["ReturnConsumedCapacity"];
        results.push(
          await database.act(
            "GetItem",
            capacity === undefined ? get : { ...get, ReturnConsumedCapacity: capacity },
          ),
        );
        reasons.push({ Code: "None" });
      } catch (error) {
        reasons.push(reasonOf(error, undefined));
      }
    }
    if (reasons.some(({ Code }) => Code !== "None")) throw transactionCancelled(reasons);
    return {
      Responses: results.map(({ Item }) => (Item === undefined ? {} : { Item })),
      ...transactionCapacity(data, results, "ReadCapacityUnits"),
    };
  });
}
