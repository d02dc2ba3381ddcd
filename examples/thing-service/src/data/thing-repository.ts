import { bindRepository, Repository } from "@plinth/data";
import { z } from "zod";
import { Thing } from "../api/thing.ts";
import { ThingConfig } from "../thing-config.ts";

/** A thing as it is stored. */
export const ThingRecord = z.object({ ...Thing.shape, createdAt: z.iso.datetime() });
export type ThingRecord = z.infer<typeof ThingRecord>;

/** Things, kept in whichever database is bound. */
export class ThingRepository extends Repository({
  name: "things",
  schema: ThingRecord,
  key: ["thingId"],
  indexes: { byName: { sort: "name" }, byCreatedAt: { sort: "createdAt" } },
}) {}

export const bindThingRepository = bindRepository(ThingRepository, [ThingConfig], (config) => ({
  collection: config.thingsTable,
}));
