import { isDeepStrictEqual } from "node:util";
import { itemOf, pageSize, type Connect, type Item } from "./record.ts";

/** What a data worker is started with. */
export interface DataSettings {
  readonly client: string;
  readonly endpoint: string;
}

const many = 64;
const items: readonly Item[] = Array.from({ length: many }, (_, index) => itemOf(index));

/** Reads and writes through one of the clients. */
export async function worker({ client, endpoint }: DataSettings): Promise<object> {
  const { connect } = (await import(`./clients/${client}.js`)) as { connect: Connect };
  const data = await connect(endpoint);
  let next = 0;
  const one = (): Item => {
    next = (next + 1) % many;
    return items[next] as Item;
  };
  const operations: { readonly [name: string]: () => Promise<unknown> } = {
    get: () => data.get(one().itemId),
    put: () => data.put(one()),
    query: () => data.query(),
  };
  const scenarios = Object.entries(operations).flatMap(([name, run]) => [
    [
      `${name} 1`,
      async (): Promise<number> => {
        await run();
        return 1;
      },
    ] as const,
    [
      `${name} 64`,
      async (): Promise<number> => {
        await Promise.all(Array.from({ length: many }, run));
        return many;
      },
    ] as const,
  ]);
  return {
    ...Object.fromEntries(scenarios),
    /** Writes the items, and says what is wrong with what is then read. */
    check: async () => {
      for (const item of items) await data.put(item);
      const [first] = items;
      const found = await data.get(first?.itemId ?? "");
      if (!isDeepStrictEqual(found, first)) return `get gives ${JSON.stringify(found)}`;
      const all = await Promise.all(items.map(({ itemId }) => data.get(itemId)));
      if (!isDeepStrictEqual(all, [...items])) return `64 gets give ${JSON.stringify(all)}`;
      const page = await data.query();
      const expected = items.slice(0, pageSize);
      if (!isDeepStrictEqual([...page], expected)) return `a query gives ${JSON.stringify(page)}`;
      return undefined;
    },
  };
}
