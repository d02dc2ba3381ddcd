import { Repository } from "@plinth/data";
import { firestoreIndexes } from "@plinth/data/firestore";
import { expect, test } from "vitest";
import { z } from "zod";

class ThingRepository extends Repository({
  name: "things",
  schema: z.object({ thingId: z.string(), name: z.string(), endsAt: z.number().optional() }),
  key: ["thingId"],
  indexes: { byName: { partition: "name" } },
  expires: "endsAt",
}) {}

class PlainRepository extends Repository({
  name: "plain",
  schema: z.object({ id: z.string() }),
  key: ["id"],
}) {}

test("each index is there in both directions, and expiring collections have a policy", () => {
  const plain = { repository: PlainRepository, collection: "other" };
  expect(firestoreIndexes([ThingRepository, plain])).toEqual({
    indexes: ["ASCENDING", "DESCENDING"].map((order) => ({
      collectionGroup: "things",
      queryScope: "COLLECTION",
      fields: [
        { fieldPath: "indexes.byName.partition", order: "ASCENDING" },
        { fieldPath: "indexes.byName.sort", order },
      ],
    })),
    fieldOverrides: [
      { collectionGroup: "things", fieldPath: "data", indexes: [] },
      { collectionGroup: "things", fieldPath: "indexes", indexes: [] },
      { collectionGroup: "things", fieldPath: "expiresAt", ttl: true, indexes: [] },
      { collectionGroup: "other", fieldPath: "data", indexes: [] },
      { collectionGroup: "other", fieldPath: "indexes", indexes: [] },
      { collectionGroup: "other", fieldPath: "expiresAt", indexes: [] },
      { collectionGroup: "plinth~tokens", fieldPath: "expiresAt", ttl: true, indexes: [] },
    ],
  });
});

test("two repositories in one collection are refused", () => {
  expect(() => firestoreIndexes([ThingRepository, ThingRepository])).toThrow(/things/);
});
