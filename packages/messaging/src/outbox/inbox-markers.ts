import { Repository, type RepositoryClass } from "@plinth/data";
import { z } from "zod";

/** That an event was applied by a subscription. */
export interface InboxMarker {
  readonly id: string;
  /** For people who look into the table. */
  readonly subscription: string;
  readonly eventId: string;
  /** When it is forgotten, in milliseconds since 1970. */
  readonly expiresAt: number;
}

const schema: z.ZodType<InboxMarker> = z.object({
  id: z.string(),
  subscription: z.string(),
  eventId: z.string(),
  expiresAt: z.number(),
});

const InboxMarkersBase: RepositoryClass<InboxMarker, readonly ["id"]> = Repository({
  name: "inbox",
  schema,
  key: ["id"],
  expires: "expiresAt",
});

/**
 * The inbox's table: one record for each event that was applied. Written only through `Inbox`;
 * exported so that schema tools know it.
 */
export class InboxMarkers extends InboxMarkersBase {}
