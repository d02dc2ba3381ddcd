import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Repository, type RepositoryClass } from "../repository/repository.ts";
import type { RepositoryMethods } from "../repository/repository-methods.ts";

/** The schema of the records that are found by index, and that expire. */
export const Item: z.ZodObject<{
  itemId: z.ZodString;
  shelf: z.ZodOptional<z.ZodString>;
  rank: z.ZodOptional<z.ZodNumber>;
  label: z.ZodOptional<z.ZodString>;
  mixed: z.ZodOptional<z.ZodUnion<readonly [z.ZodString, z.ZodNumber, z.ZodBoolean]>>;
  expiresAt: z.ZodOptional<z.ZodNumber>;
}> = z.object({
  itemId: z.string(),
  shelf: z.string().optional(),
  rank: z.number().optional(),
  label: z.string().optional(),
  mixed: z.union([z.string(), z.number(), z.boolean()]).optional(),
  expiresAt: z.number().optional(),
});

/** A record that is found by index. */
export type Item = z.infer<typeof Item>;

/** The indexes of the items. */
export type ItemIndexes = {
  readonly byShelf: { readonly partition: "shelf" };
  readonly byRank: { readonly partition: "shelf"; readonly sort: "rank" };
  readonly byLabel: { readonly partition: "shelf"; readonly sort: "label" };
  readonly byMixed: { readonly partition: "shelf"; readonly sort: "mixed" };
  readonly ofMixed: { readonly partition: "mixed"; readonly sort: "rank" };
};

const itemIndexes: ItemIndexes = {
  byShelf: { partition: "shelf" },
  byRank: { partition: "shelf", sort: "rank" },
  byLabel: { partition: "shelf", sort: "label" },
  byMixed: { partition: "shelf", sort: "mixed" },
  ofMixed: { partition: "mixed", sort: "rank" },
};

/** The repository of items. */
export const ItemRepository: RepositoryClass<Item, readonly ["itemId"], ItemIndexes> = Repository({
  name: "items",
  schema: Item,
  key: ["itemId"],
  indexes: itemIndexes,
  expires: "expiresAt",
});

/** A repository of items. */
export type Items = RepositoryMethods<Item, string | Pick<Item, "itemId">, ItemIndexes>;

/** A new, empty shelf: tests on different shelves do not see each other's records. */
export function aShelf(): string {
  return `shelf_${randomUUID()}`;
}

/** A new item, which is not stored. */
export function anItem(fields: Partial<Item> = {}): Item {
  return { itemId: `item_${randomUUID()}`, ...fields };
}

/** Stores items, a few at a time. */
export async function storeItems(items: Items, records: readonly Item[]): Promise<void> {
  const results = await items.writeMany(records.map((record) => items.action.put(record)));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** The ids of items, in order. */
export function idsOf(records: readonly Item[]): string[] {
  return records.map(({ itemId }) => itemId);
}
