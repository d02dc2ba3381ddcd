import { Firestore } from "@google-cloud/firestore";
import { Collection, getRepository, initialize } from "fireorm";
import { list, pageSize, table, type Connect, type Item } from "../record.ts";

/** What it keeps: its own field for the id besides those of an item. */
const Fields = Object as unknown as new () => Item & { id: string };
class StoredItem extends Fields {}

const notFound = 5;

function itemOf(stored: StoredItem): Item {
  const { id: _, ...item } = stored;
  return item;
}

/** fireorm over Google's client, with its entities made plain again. */
export const connect: Connect = async (endpoint) => {
  process.env["FIRESTORE_EMULATOR_HOST"] = endpoint;
  initialize(new Firestore({ projectId: "benchmarks" }) as never);
  Collection(`${table}_fireorm`)(StoredItem);
  const items = getRepository(StoredItem);
  return {
    put: async (item) => {
      const stored = Object.assign(new StoredItem(), item, { id: item.itemId });
      try {
        await items.update(stored);
      } catch (error) {
        // It has no way to write what may or may not be there.
        if ((error as { code?: unknown }).code !== notFound) throw error;
        await items.create(stored);
      }
    },
    get: async (itemId) => {
      const found = await items.findById(itemId);
      return found === null ? undefined : itemOf(found);
    },
    query: async () => {
      const found = await items
        .whereEqualTo("list", list)
        .orderByAscending("itemId")
        .limit(pageSize)
        .find();
      return found.map(itemOf);
    },
  };
};
