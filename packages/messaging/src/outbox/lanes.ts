import { createHash } from "node:crypto";

/**
 * The number of parts of an outbox that relays share. Stored with every pending entry, so it can never change:
 * entries of a part that no relay reads would stay forever.
 */
const shardCount = 8;

/** All shards. */
export const allShards: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** The lane of a key: a text of fixed length. */
export function laneOf(key: string): string {
  return `k${createHash("sha256").update(key).digest("base64url").slice(0, 32)}`;
}

/** The shard of a lane, or of an entry without one by its id. */
export function shardOf(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE(0) % shardCount;
}

/** The id of the record that holds a place of a lane. */
export function entryId(lane: string, sequence: number): string {
  return `${lane}/${sequence}`;
}
