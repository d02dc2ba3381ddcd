import { Repository, type RepositoryClass } from "@plinth/data";
import { z } from "zod";

/** The mark that a subscription has applied an event. */
export interface InboxMarker {
  readonly id: string;
  /** For operators who read the table. */
  readonly subscription: string;
  readonly eventId: string;
  /** When it expires, in milliseconds since 1970. */
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
 * exported for schema tools.
 */
export class InboxMarkers extends InboxMarkersBase {}
