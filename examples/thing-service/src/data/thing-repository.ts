import { bindRepository, Repository } from "@plinth/data";
import { Thing } from "../api/thing.ts";
import { ThingConfig } from "../thing-config.ts";

/** Things, kept in whichever database is bound. */
export class ThingRepository extends Repository({
  name: "things",
  schema: Thing,
  key: ["thingId"],
}) {}

export const bindThingRepository = bindRepository(ThingRepository, [ThingConfig], (config) => ({
  collection: config.thingsTable,
}));
