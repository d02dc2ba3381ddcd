import { Firestore } from "@google-cloud/firestore";
import { list, pageSize, table, type Connect, type Item } from "../record.ts";

/** Google's client as it comes. */
export const connect: Connect = async (endpoint) => {
  process.env["FIRESTORE_EMULATOR_HOST"] = endpoint;
  const items = new Firestore({ projectId: "benchmarks" }).collection(`${table}_raw`);
  const page = items.where("list", "==", list).orderBy("itemId").limit(pageSize);
  return {
    put: (item) => items.doc(item.itemId).set(item),
    get: async (itemId) => (await items.doc(itemId).get()).data() as Item | undefined,
    query: async () => {
      const { docs } = await page.get();
      return docs.map((each) => each.data() as Item);
    },
  };
};
