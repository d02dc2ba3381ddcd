import { z } from "zod";

/** What every database keeps in the comparison. */
export const Item = z.object({
  itemId: z.string().min(1).max(100),
  list: z.string().min(1).max(100),
  name: z.string().max(100),
  description: z.string().max(1_000),
  city: z.string().max(100),
  country: z.string().length(2),
  count: z.int(),
  price: z.number(),
  active: z.boolean(),
  tags: z.array(z.string().max(50)).max(10),
});
export type Item = z.infer<typeof Item>;

export const pageSize = 20;
export const table = "benchmark_items";
export const list = "all";

export function itemOf(index: number): Item {
  return {
    itemId: `item_${String(index).padStart(4, "0")}`,
    list,
    name: "A lamp with a shade",
    description: "It stands on the floor and gives light to people reading by it",
    city: "London",
    country: "GB",
    count: 12,
    price: 9.75,
    active: true,
    tags: ["furniture", "light"],
  };
}

/** One way to a database. */
export interface DataClient {
  /** Writes an item, whether or not it is there. */
  put(item: Item): Promise<unknown>;
  get(itemId: string): Promise<Item | undefined>;
  /** The first page of a list in the order of its ids. */
  query(): Promise<readonly Item[]>;
}

/** Connects to a database, and makes its table where one is needed. */
export type Connect = (endpoint: string) => Promise<DataClient>;
