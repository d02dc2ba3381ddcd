import { setTimeout as delay } from "node:timers/promises";
import type { BatchGetCommandInput, BatchGetCommandOutput } from "@aws-sdk/lib-dynamodb";
import { ResourceExhaustedError } from "@plinth/core/errors";
import { backOff } from "@plinth/support/back-off";
import type { DriverCallOptions } from "../driver/driver-collection.ts";
import { attributes, type Item, toItemKey } from "./item.ts";

/** The maximum number of keys of one BatchGetItem. */
export const batchSize = 100;

// The maximum number of attempts in a row without any answer.
const attempts = 8;
const pauses = { first: 16, max: 400 };

type Items = Map<string, Item>;

/**
 * Reads one batch. Asks again for keys that the engine left out, under load or because the answer became too
 * large.
 *
 * @param send Sends one BatchGetItem.
 * @param keys At most {@link batchSize} different keys.
 * @param wait Waits between attempts. Default: with a timer.
 * @returns The items found, by key. Rejects with `resource_exhausted` if the engine leaves out all keys again
 *   and again.
 */
export async function getItems(
  send: (
    input: BatchGetCommandInput,
  ) => Promise<Pick<BatchGetCommandOutput, "Responses" | "UnprocessedKeys">>,
  table: string,
  keys: readonly string[],
  options: DriverCallOptions,
  wait: (milliseconds: number, options: DriverCallOptions) => Promise<unknown> = pause,
): Promise<Items> {
  const found: Items = new Map();
  let request: BatchGetCommandInput["RequestItems"] = {
    [table]: { Keys: keys.map(toItemKey), ConsistentRead: true },
  };
  let asked = keys.length;
  let idle = 0;
  for (;;) {
    const answer = await send({ RequestItems: request });
    for (const item of answer.Responses?.[table] ?? []) {
      found.set(String(item[attributes.key]), item);
    }
    const left = answer.UnprocessedKeys ?? {};
    const leftOut = left[table]?.Keys?.length ?? 0;
    if (leftOut === 0) return found;
    idle = leftOut < asked ? 1 : idle + 1;
    if (idle === attempts) {
      throw new ResourceExhaustedError(
        `Table "${table}" left out the keys of a batch in each of ${attempts} attempts.`,
      );
    }
    request = left;
    asked = leftOut;
    await wait(backOff(idle, pauses), options);
  }
}

function pause(milliseconds: number, options: DriverCallOptions): Promise<unknown> {
  return delay(milliseconds, undefined, options);
}
