import type { Entry } from "@plinth/data";
import { entryId } from "./lanes.ts";
import { type DamagedEntry, decodeEntry, isDamaged, type OutboxEntry } from "./outbox-entry.ts";
import {
  isPending,
  type OutboxRecord,
  type OutboxRecords,
  type PendingRecord,
} from "./outbox-records.ts";

/** A stored entry that cannot be read. */
export interface DamagedRecord extends DamagedEntry {
  readonly stored: Entry<PendingRecord>;
}

/** A readable entry with the record that it came from. */
export interface PendingEntry extends OutboxEntry {
  readonly stored: Entry<PendingRecord>;
}

/** The entries of a shard. */
export interface PendingLanes {
  /**
   * Entries that may be published, those of a list one after the other. Each list begins with the earliest
   * entry of its lane that is still there.
   */
  readonly lanes: readonly (readonly PendingEntry[])[];
  readonly damaged: readonly DamagedRecord[];
}

/** How many places of a lane are read at a time to find its first entry. */
const stride = 50;

/**
 * Sorts a page of a shard into lanes.
 *
 * An index that may lag behind is only a hint: it may miss an entry before one that it has, or have an entry that was
 * published and removed. Reads by id are consistent, so every lane is read again from its first entry. The
 * place before the first entry is empty: places are filled in order, and emptied only after the broker's
 * confirm.
 */
export async function pendingLanes(
  records: OutboxRecords,
  page: readonly Entry<OutboxRecord>[],
  isConsistent: boolean,
): Promise<PendingLanes> {
  const found = sortIntoLanes(page.filter(isPending));
  if (isConsistent) return found;
  const { lanes, damaged } = found;
  const loose = [
    ...lanes.flatMap((lane) => (lane[0]?.place === undefined ? lane.map(({ id }) => id) : [])),
    ...damaged.map(({ id }) => id),
  ];
  const [again, ...ordered] = await Promise.all([
    readPending(records, loose),
    ...lanes.flatMap((lane) => {
      const [first] = lane;
      const last = lane.at(-1);
      if (first?.place === undefined || last?.place === undefined) return [];
      return [readLane(records, first.place.lane, first.place.sequence, last.place.sequence)];
    }),
  ]);
  return sortIntoLanes([...again, ...ordered.flat()]);
}

/** The entries of a lane from the first one to `to`. */
async function readLane(
  records: OutboxRecords,
  lane: string,
  from: number,
  to: number,
): Promise<Entry<PendingRecord>[]> {
  let first = from;
  let last = Math.min(to, from + stride - 1);
  for (;;) {
    const begin = Math.max(1, first - 1);
    const places = Array.from({ length: last - begin + 1 }, (_, index) => begin + index);
    const found = await readPlaces(
      records,
      places.map((place) => entryId(lane, place)),
    );
    const pending = places.flatMap((place, index) => {
      const entry = found[index];
      return entry === undefined ? [] : [{ place, entry }];
    });
    const [earliest] = pending;
    if (earliest === undefined || earliest.place > begin || begin === 1) {
      return pending.map(({ entry }) => entry);
    }
    // The index did not show an earlier entry. Later ones are left for the next poll.
    last = earliest.place;
    first = Math.max(1, last - stride);
  }
}

async function readPending(
  records: OutboxRecords,
  ids: readonly string[],
): Promise<Entry<PendingRecord>[]> {
  return (await readPlaces(records, ids)).filter((entry) => entry !== undefined);
}

/** Entries by id; `undefined` for one that is not pending. */
async function readPlaces(
  records: OutboxRecords,
  ids: readonly string[],
): Promise<(Entry<PendingRecord> | undefined)[]> {
  // The database driver joins reads of one turn of the event loop into one request.
  const entries = await Promise.all(ids.map((id) => records.getEntry(id)));
  return entries.map((entry) => (entry !== undefined && isPending(entry) ? entry : undefined));
}

function sortIntoLanes(page: readonly Entry<PendingRecord>[]): PendingLanes {
  const damaged: DamagedRecord[] = [];
  const lanes = new Map<string, PendingEntry[]>();
  // Entries that were read twice count once.
  for (const stored of new Map(page.map((each) => [each.record.id, each])).values()) {
    const entry = decodeEntry(stored.record);
    if (isDamaged(entry)) {
      damaged.push({ ...entry, stored });
      continue;
    }
    const name = entry.place?.lane ?? entry.id;
    const lane = lanes.get(name) ?? [];
    lanes.set(name, lane);
    lane.push({ ...entry, stored });
  }
  for (const lane of lanes.values()) {
    lane.sort((one, other) => (one.place?.sequence ?? 0) - (other.place?.sequence ?? 0));
  }
  return { lanes: [...lanes.values()], damaged };
}
