import { randomUUID } from "node:crypto";
import { InvalidArgumentError } from "@plinth/core/errors";
import type { Entry, RepositoryAction } from "@plinth/data";
import { checkEnvelope } from "../events/check-envelope.ts";
import type { EventEnvelope } from "../events/event-envelope.ts";
import { entryId, laneOf, shardOf } from "./lanes.ts";
import { markOwn } from "./mark-own.ts";
import type { OutboxRecord, OutboxRecords } from "./outbox-records.ts";

/** The most bytes of one event in the outbox, as JSON in UTF-8: what a record of any database holds. */
const maxEventLength = 350_000;

/** Events that are to be written, in groups whose order matters. */
export interface EventsByLane {
  /** Events with a key, by lane, each as JSON. */
  readonly ordered: ReadonlyMap<string, readonly string[]>;
  /** Events without a key, each as JSON. */
  readonly unordered: readonly string[];
}

/**
 * Puts events into lanes. Throws `invalid_argument` where one is too large, or could not be published: what
 * is stored would otherwise be set aside later, when its writer has long been answered.
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
 * Makes the actions that write events, for one attempt.
 *
 * @param tails the tails of the lanes as they are now, by lane
 * @param now milliseconds since 1970
 * @param applied called with the shards when a transaction with the actions was applied
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
      // The clocks of writers differ; along a lane the time grows all the same, so that the index of
      // what is pending has the lane in its order.
      latest = Math.max(now, latest + 1);
      const id = entryId(lane, sequence);
      add(records.action.create({ id, shard, writtenAt: latest, lane, sequence, events }));
    }
    // Whoever else took these places has changed the tail, and then none of this is written.
    const next: OutboxRecord = { id: lane, lane, sequence, latest };
    add(
      tail === undefined
        ? records.action.create(next)
        : records.action.replace(next, { revision: tail.revision }),
    );
  }
  return written;
}

/** Cuts a list of events where they would not fit into one record. */
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
