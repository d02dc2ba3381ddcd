import { z } from "zod";

/** A name for people: no control characters, no half of an emoji. */
export const Name = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "must not contain control characters or half a character");

export const UserId = z.uuid();

/** A person who can be a member of accounts. */
export const User = z.object({ userId: UserId, name: Name, email: z.email().max(254) });
export type User = z.infer<typeof User>;
