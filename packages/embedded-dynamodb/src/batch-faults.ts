import type { Wire } from "./dynalite-modules.ts";
import type { FaultSource } from "./faults.ts";

type Tables<T> = Record<string, T>;

/**
 * BatchGetItem with some keys left out.
 *
 * Also repairs dynalite's response to a batch that is too large: its UnprocessedKeys lack the projection,
 * so a retry would return whole items.
 */
export async function batchGetWithFaults(
  request: Wire,
  faults: FaultSource,
  run: (request: Wire) => Promise<Wire>,
): Promise<Wire> {
  const asked = request["RequestItems"] as Tables<{ Keys: unknown[] }>;
  const entries = Object.entries(asked).flatMap(([table, { Keys }]) =>
    Keys.map((key) => ({ table, key })),
  );
  const { processed, unprocessed } = faults.splitBatch(entries);
  const withSettings = (keys: Tables<unknown[]>) =>
    mapTables(keys, (Keys, table) => ({ ...structuredClone(asked[table]), Keys }));
  const answer = await run({
    ...request,
    RequestItems: withSettings(byTable(processed, ({ key }) => structuredClone(key))),
  });
  const left = byTable(unprocessed, ({ key }) => key);
  for (const [table, { Keys }] of Object.entries(
    (answer["UnprocessedKeys"] ?? {}) as Tables<{ Keys: unknown[] }>,
  )) {
    (left[table] ??= []).push(...Keys);
  }
  return { ...answer, UnprocessedKeys: withSettings(left) };
}

/** BatchWriteItem with some writes left out. */
export async function batchWriteWithFaults(
  request: Wire,
  faults: FaultSource,
  run: (request: Wire) => Promise<Wire>,
): Promise<Wire> {
  const asked = request["RequestItems"] as Tables<unknown[]>;
  const entries = Object.entries(asked).flatMap(([table, writes]) =>
    writes.map((write) => ({ table, write })),
  );
  const { processed, unprocessed } = faults.splitBatch(entries);
  const answer = await run({ ...request, RequestItems: byTable(processed, ({ write }) => write) });
  return { ...answer, UnprocessedItems: byTable(unprocessed, ({ write }) => write) };
}

function byTable<E extends { table: string }>(
  entries: readonly E[],
  part: (entry: E) => unknown,
): Tables<unknown[]> {
  const tables: Tables<unknown[]> = {};
  for (const entry of entries) (tables[entry.table] ??= []).push(part(entry));
  return tables;
}

function mapTables<T, U>(tables: Tables<T>, change: (value: T, table: string) => U): Tables<U> {
  return Object.fromEntries(
    Object.entries(tables).map(([table, value]) => [table, change(value, table)]),
  );
}
