import { createApp, token, type Binding, type Token } from "@plinth/core";
import { Database, type Driver } from "@plinth/data";
import { memoryDriver } from "@plinth/data/memory";
import { postgresDriver } from "@plinth/data/postgres";
import { itemOf, list, pageSize, table } from "../data/record.ts";
import { ItemRepository } from "../data/clients/plinth.ts";

/** Bindings in which each needs the two before it. */
function chain(count: number): Binding {
  const tokens: Token<object>[] = [];
  for (let index = 0; index < count; index += 1) tokens.push(token<object>(`part${index}`));
  return (binder) => {
    for (const [index, each] of tokens.entries()) {
      const dependencies = tokens.slice(Math.max(0, index - 2), index);
      binder.bind(each).toFactory(dependencies, () => ({}));
    }
  };
}

async function fill(driver: Driver, size: number): Promise<ItemRepository> {
  const database = new Database(driver, { ensureSchema: true });
  const items = new ItemRepository(database, { collection: `${table}_growth_${size}` });
  const puts = Array.from({ length: size }, (_, index) => items.action.put(itemOf(index)));
  for (const outcome of await items.writeMany(puts)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
  return items;
}

/** What a growth worker is started with. */
export interface GrowthSettings {
  /** A Postgres to ask. Default: records in memory. */
  readonly postgres?: string;
}

/** Boots large apps, and asks large tables. */
export function worker({ postgres }: GrowthSettings): object {
  const open = (): Driver =>
    postgres === undefined ? memoryDriver() : postgresDriver({ url: postgres });
  const tables = new Map<number, ItemRepository>();
  const query = (size: number) => async (): Promise<number> => {
    let items = tables.get(size);
    if (items === undefined) tables.set(size, (items = await fill(open(), size)));
    await items.query({ index: "byList", partition: list, limit: pageSize });
    return 1;
  };
  return {
    boot: async (count: number): Promise<{ cpu: number; wall: number }> => {
      const before = process.cpuUsage();
      const begun = performance.now();
      const app = createApp({
        name: "large",
        bindings: [chain(count)],
        config: { logLevel: "silent" },
      });
      await app.start();
      const { user, system } = process.cpuUsage(before);
      return { cpu: user + system, wall: performance.now() - begun };
    },
    "query 100": query(100),
    "query 10000": query(10_000),
  };
}
