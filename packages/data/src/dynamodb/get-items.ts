import { setTimeout as delay } from "node:timers/promises";
import type { BatchGetCommandInput, BatchGetCommandOutput } from "@aws-sdk/lib-dynamodb";
import { ResourceExhaustedError } from "@plinth/core/errors";
import { backOff } from "../repository/back-off.ts";
import { attributes, type Item, toItemKey } from "./item.ts";

/** Keys that one BatchGetItem takes. */
export const batchSize = 100;

const attempts = 8;

type Items = Map<string, Item>;

/**
 * Reads one batch, asking again for the keys that the engine left out under load.
 *
 * @param send sends one BatchGetItem
 * @param table the table
 * @param keys at most {@link batchSize} different keys
 * @param wait how to wait between attempts, in milliseconds; default: with a timer
 * @returns the items found, by key; rejects with `resource_exhausted` when keys are left out each time
 */
export async function getItems(
  send: (
    input: BatchGetCommandInput,
  ) => Promise<Pick<BatchGetCommandOutput, "Responses" | "UnprocessedKeys">>,
  table: string,
  keys: readonly string[],
  wait: (milliseconds: number) => Promise<unknown> = delay,
): Promise<Items> {
  const found: Items = new Map();
  let request: BatchGetCommandInput["RequestItems"] = {
    [table]: { Keys: keys.map(toItemKey), ConsistentRead: true },
  };
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send({ RequestItems: request });
    for (const item of answer.Responses?.[table] ?? []) {
      found.set(String(item[attributes.key]), item);
    }
    const left = answer.UnprocessedKeys ?? {};
    if ((left[table]?.Keys ?? []).length === 0) return found;
    if (attempt === attempts) {
      throw new ResourceExhaustedError(
        `Table "${table}" left out keys of a batch in each of ${attempts} attempts.`,
      );
    }
    request = left;
    await wait(backOff(attempt, Math.random()));
  }
}
