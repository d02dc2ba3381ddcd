import type { Entry } from "@plinth/data";
import { shardOf } from "./lanes.ts";
import type { OutboxRecord, OutboxRecords } from "./outbox-records.ts";

/** An entry that no relay will publish by itself. */
export interface SetAsideEntry {
  /** For `Outbox.restore` and `Outbox.discard`. */
  readonly id: string;
  /** Why: one sentence, without what the events hold. */
  readonly reason: string;
  /** Since when, in milliseconds since 1970. */
  readonly at: number;
  /** The texts of its events as they are stored, which may be why it is here. */
  readonly events: readonly string[];
}

const maxReasonLength = 1000;

/** The entries that were set aside, oldest first. */
export async function* setAsideEntries(
  records: OutboxRecords,
): AsyncGenerator<SetAsideEntry, void, undefined> {
  for await (const { id, reason, setAsideAt, events } of records.each({ index: "setAside" })) {
    yield {
      id,
      reason: typeof reason === "string" ? reason : "",
      at: Number(setAsideAt),
      events: Array.isArray(events) ? events.map((text: unknown) => String(text)) : [],
    };
  }
}

/** The record of an entry that leaves the index of what is pending, and waits for somebody to look. */
export function asSetAside(
  { record }: Entry<OutboxRecord>,
  reason: string,
  now: number,
): OutboxRecord {
  const { shard: _shard, ...kept } = record;
  return { ...kept, setAsideAt: now, reason: reason.slice(0, maxReasonLength) };
}

/** The shard that an entry belongs to. */
export function shardOfEntry({ id, lane }: OutboxRecord): number {
  return shardOf(typeof lane === "string" ? lane : id);
}
