import { type Thing, thingIdOf } from "../api/index.ts";
import type { ThingRecord } from "../data/thing-repository.ts";

/**
 * A valid thing.
 *
 * @param values What the test is about. Default: a lamp; the id follows from the name.
 */
export function aThing(values: Partial<Thing> = {}): Thing {
  const { name = "lamp", description = "A lamp" } = values;
  return { thingId: thingIdOf(name), name, description, ...values };
}

/**
 * A thing as it is stored.
 *
 * @param values What the test is about. Default: that of `aThing`, made at the start of 2026.
 */
export function aThingRecord(values: Partial<ThingRecord> = {}): ThingRecord {
  return { ...aThing(values), createdAt: "2026-01-01T00:00:00.000Z", ...values };
}
