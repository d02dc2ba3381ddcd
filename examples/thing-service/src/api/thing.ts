import { z } from "zod";

/** Text that every database can store and give back: no control characters, no broken emoji. */
const line = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "must not contain control characters or half a character");

const prefix = "thing_";

export const ThingName = line.max(100);
export const ThingId = line.max(prefix.length + 100);
export const ThingDescription = z
  .string()
  .max(1_000)
  .regex(/^[^\0\p{Cs}]*$/u, "must not contain NUL or half a character");

export const Thing = z.object({
  thingId: ThingId,
  name: ThingName,
  description: ThingDescription,
});
export type Thing = z.infer<typeof Thing>;

/** A thing as it was at one revision, which says whether it has changed since. */
export const ThingAtRevision = z.object({ ...Thing.shape, revision: z.string() });
export type ThingAtRevision = z.infer<typeof ThingAtRevision>;

/** A thing's id follows from its name, so that a name is taken once. */
export function thingIdOf(name: string): string {
  return `${prefix}${name}`;
}
