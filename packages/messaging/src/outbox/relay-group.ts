import { allShards } from "./lanes.ts";

/** The relays of an outbox, and which shards each owns. */
export interface RelayGroup {
  /** When the lease of each ends, in milliseconds since 1970, by its id. */
  readonly members: ReadonlyMap<string, number>;
  /** The owner of each shard. */
  readonly owners: ReadonlyMap<number, string>;
}

/** Reads the group from its record. Damaged parts count as absent. */
export function readGroup(record: object): RelayGroup {
  const stored: { readonly members?: unknown; readonly owners?: unknown } = record;
  const members = entriesOf(stored.members).flatMap(([id, until]): [string, number][] =>
    typeof until === "number" ? [[id, until]] : [],
  );
  const owners = entriesOf(stored.owners).flatMap(([shard, id]): [number, string][] =>
    typeof id === "string" ? [[Number(shard), id]] : [],
  );
  return { members: new Map(members), owners: new Map(owners) };
}

/** The fields of the group's record. */
export function writeGroup({ members, owners }: RelayGroup): {
  readonly members: Readonly<Record<string, number>>;
  readonly owners: Readonly<Record<string, string>>;
} {
  return { members: Object.fromEntries(members), owners: Object.fromEntries(owners) };
}

/** How many shards each relay may own. */
function fairShare(relays: number): number {
  return Math.ceil(allShards.length / Math.max(1, relays));
}

/** The shards that a relay owns. */
export function shardsOf({ owners }: RelayGroup, id: string): readonly number[] {
  return allShards.filter((shard) => owners.get(shard) === id);
}

/** The shards that a relay should give up, so that the others get their share. */
export function surplusOf(group: RelayGroup, id: string, now: number): readonly number[] {
  const others = [...group.members].filter(([member, until]) => member !== id && until > now);
  return shardsOf(group, id).slice(fairShare(others.length + 1));
}

/**
 * The group after a relay has renewed its lease: without the relays whose lease has ended. The relay owns
 * free shards up to its share.
 *
 * @param kept The shards that the relay owns and keeps; its other shards are free.
 * @param until When its new lease ends.
 */
export function joined(
  group: RelayGroup,
  id: string,
  kept: ReadonlySet<number>,
  now: number,
  until: number,
): RelayGroup {
  const members = new Map([...group.members].filter(([, end]) => end > now));
  members.set(id, until);
  const owners = new Map(
    [...group.owners].filter(([shard, owner]) =>
      owner === id ? kept.has(shard) : members.has(owner),
    ),
  );
  let room = fairShare(members.size) - [...owners.values()].filter((owner) => owner === id).length;
  for (const shard of allShards) {
    if (room <= 0) break;
    if (owners.has(shard)) continue;
    owners.set(shard, id);
    room -= 1;
  }
  return { members, owners };
}

/** The group without a relay. */
export function left(group: RelayGroup, id: string): RelayGroup {
  return {
    members: new Map([...group.members].filter(([member]) => member !== id)),
    owners: new Map([...group.owners].filter(([, owner]) => owner !== id)),
  };
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
