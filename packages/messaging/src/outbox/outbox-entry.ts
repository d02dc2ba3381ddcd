import type { EventEnvelope } from "../events/event-envelope.ts";
import { entryId } from "./lanes.ts";
import type { PendingRecord } from "./outbox-records.ts";

/** A pending entry, parsed. */
export interface OutboxEntry {
  readonly id: string;
  /** Where it is in the order of its key. Absent: its events have no key, and no order. */
  readonly place?: { readonly lane: string; readonly sequence: number } | undefined;
  /** When it was written, in milliseconds since 1970. */
  readonly writtenAt: number;
  /** In the order of publishing. */
  readonly envelopes: readonly EventEnvelope[];
}

/** An entry that cannot be read. */
export interface DamagedEntry {
  readonly id: string;
  readonly fault: string;
}

/** Parses the entry in a record. */
export function decodeEntry(record: PendingRecord): OutboxEntry | DamagedEntry {
  const { id } = record;
  // As stored: any field may hold anything.
  const { lane, sequence, writtenAt, events }: { readonly [K in keyof PendingRecord]?: unknown } =
    record;
  const damaged = (fault: string): DamagedEntry => ({ id, fault });
  if (typeof writtenAt !== "number") return damaged("it does not say when it was written");
  if (!Array.isArray(events) || events.length === 0) return damaged("it has no list of events");
  const envelopes: EventEnvelope[] = [];
  for (const [index, text] of (events as readonly unknown[]).entries()) {
    const envelope = parseEnvelope(text);
    if (typeof envelope === "string") return damaged(`its event ${index} ${envelope}`);
    envelopes.push(envelope);
  }
  if (lane === undefined && sequence === undefined) return { id, writtenAt, envelopes };
  if (typeof lane !== "string" || typeof sequence !== "number" || id !== entryId(lane, sequence)) {
    return damaged("its place does not fit its id");
  }
  return { id, place: { lane, sequence }, writtenAt, envelopes };
}

/** Whether an entry could not be read. */
export function isDamaged(entry: OutboxEntry | DamagedEntry): entry is DamagedEntry {
  return "fault" in entry;
}

/** The envelope, or what is wrong with it, without the text itself: that is private data. */
function parseEnvelope(text: unknown): EventEnvelope | string {
  if (typeof text !== "string") return "is not text";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  if (typeof value !== "object" || value === null) return "is no envelope";
  const { specversion, id, source, type, data } = value as Partial<EventEnvelope>;
  const isEnvelope =
    specversion === "1.0" &&
    [id, source, type].every((field) => typeof field === "string" && field !== "") &&
    typeof data === "object";
  return isEnvelope ? (value as EventEnvelope) : "is no envelope of CloudEvents 1.0";
}
