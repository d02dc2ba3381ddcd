import { randomUUID } from "node:crypto";
import { InvalidArgumentError } from "@plinth/core/errors";
import type { Entry, RepositoryAction } from "@plinth/data";
import { checkEnvelope } from "../events/check-envelope.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import { entryId, laneOf, shardOf } from "./lanes.ts";
import { markOwn } from "./mark-own.ts";
import type { OutboxRecord, OutboxRecords } from "./outbox-records.ts";

/** The maximum bytes of an event in the outbox, as JSON in UTF-8: a record of any database has room for it. */
const maxEventLength = 350_000;

/** Events to store, grouped by lane. */
export interface EventsByLane {
  /** Events with a key, by lane, each as JSON. */
  readonly ordered: ReadonlyMap<string, readonly string[]>;
  /** Events without a key, each as JSON. */
  readonly unordered: readonly string[];
}

/**
 * Groups events by lane. Throws `invalid_argument` if one is too large, or could not be published: once it is
 * stored, the caller would no longer hear of that.
 */
export function byLane(envelopes: readonly EventEnvelope[]): EventsByLane {
  const ordered = new Map<string, string[]>();
  const unordered: string[] = [];
  for (const envelope of envelopes.map(checkEnvelope)) {
    const text = JSON.stringify(envelope);
    const bytes = Buffer.byteLength(text);
    if (bytes > maxEventLength) {
      throw new InvalidArgumentError(
        `Outbox: the event "${envelope.type}" takes ${bytes} bytes; the most that is possible is ${maxEventLength}. Put what is large into a record, and its key into the event.`,
      );
    }
    const lane = envelope.subject === undefined ? undefined : laneOf(envelope.subject);
    const list = lane === undefined ? unordered : (ordered.get(lane) ?? []);
    list.push(text);
    if (lane !== undefined) ordered.set(lane, list);
  }
  return { ordered, unordered };
}

/**
 * Makes the actions that store events, for one attempt.
 *
 * @param tails The current tails of the lanes, by lane.
 * @param now Milliseconds since 1970.
 * @param applied Called with the shards when a transaction with the actions was applied.
 */
export function entryActions(
  records: OutboxRecords,
  { ordered, unordered }: EventsByLane,
  tails: ReadonlyMap<string, Entry<OutboxRecord> | undefined>,
  now: number,
  applied: (shards: readonly number[]) => void,
): readonly RepositoryAction<unknown>[] {
  const shards = new Set<number>();
  const written: RepositoryAction<unknown>[] = [];
  const wake = (): void => applied([...shards]);
  const add = (action: RepositoryAction<unknown>): unknown => written.push(markOwn(action, wake));
  for (const events of inParts(unordered)) {
    const id = randomUUID();
    const shard = shardOf(id);
    shards.add(shard);
    add(records.action.create({ id, shard, writtenAt: now, events }));
  }
  for (const [lane, all] of ordered) {
    const tail = tails.get(lane);
    const shard = shardOf(lane);
    shards.add(shard);
    let { sequence = 0, latest = 0 } = tail?.record ?? {};
    for (const events of inParts(all)) {
      sequence += 1;
      // The clocks of writers differ. Along a lane the time always grows, so that the index of what is
      // pending has the lane in its order.
      latest = Math.max(now, latest + 1);
      const id = entryId(lane, sequence);
      add(records.action.create({ id, shard, writtenAt: latest, lane, sequence, events }));
    }
    // If another writer took these places, the tail has changed, and nothing of this is written.
    const next: OutboxRecord = { id: lane, lane, sequence, latest };
    add(
      tail === undefined
        ? records.action.create(next)
        : records.action.replace(next, { revision: tail.revision }),
    );
  }
  return written;
}

/** Splits a list of events into parts that fit into one record. */
export function inParts(events: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let room = 0;
  for (const event of events) {
    const bytes = Buffer.byteLength(event) + 3;
    if (bytes > room) {
      parts.push([]);
      room = maxEventLength + 3;
    }
    parts.at(-1)?.push(event);
    room -= bytes;
  }
  return parts;
}
