import { type Thing, thingIdOf } from "../api/index.ts";

/**
 * A valid thing.
 *
 * @param values What the test is about. Default: a lamp; the id follows from the name.
 */
export function aThing(values: Partial<Thing> = {}): Thing {
  const { name = "lamp", description = "A lamp" } = values;
  return { thingId: thingIdOf(name), name, description, ...values };
}
