import { type Entry, Repository, type RepositoryClass } from "@plinth/data";
import { z } from "zod";

/** Events of one key in one write, or those without a key of one write. */
export interface OutboxEvents {
  readonly id: string;
  /** When they were written, in milliseconds since 1970. Grows along a lane. */
  readonly writtenAt: number;
  /** Each the JSON text of an envelope. */
  readonly events: readonly string[];
  /** The lane of their key. Absent: they have no key, and no order. */
  readonly lane?: string | undefined;
  /** Their place in the lane, from 1. Absent: they have no key. */
  readonly sequence?: number | undefined;
}

/** An entry that a relay is to publish. */
export interface PendingRecord extends OutboxEvents {
  /** The part of the outbox that it belongs to. */
  readonly shard: number;
  readonly setAsideAt?: undefined;
  readonly latest?: undefined;
  readonly members?: undefined;
}

/** An entry that no relay publishes until an operator restores it. */
export interface SetAsideRecord extends OutboxEvents {
  /** Since when, in milliseconds since 1970. */
  readonly setAsideAt: number;
  /** Why: one sentence, without what the events hold. */
  readonly reason: string;
  readonly shard?: undefined;
  readonly latest?: undefined;
  readonly members?: undefined;
}

/** The end of a lane. */
export interface LaneTailRecord {
  /** The lane. */
  readonly id: string;
  readonly lane: string;
  /** The last place that is taken. */
  readonly sequence: number;
  /** `writtenAt` of the entry with that place. */
  readonly latest: number;
  readonly shard?: undefined;
  readonly writtenAt?: undefined;
  readonly setAsideAt?: undefined;
  readonly members?: undefined;
}

/** The relays, and which of them publishes what. There is one such record. */
export interface RelayGroupRecord {
  readonly id: string;
  /** When the lease of each relay ends, in milliseconds since 1970, by its id. */
  readonly members: Readonly<Record<string, number>>;
  /** The id of the relay that has each shard. */
  readonly owners: Readonly<Record<string, string>>;
  readonly lane?: undefined;
  readonly sequence?: undefined;
  readonly latest?: undefined;
  readonly shard?: undefined;
  readonly writtenAt?: undefined;
  readonly setAsideAt?: undefined;
}

/**
 * A record of the outbox's table. Which kind it is shows in the field that no other kind has: `shard`,
 * `setAsideAt`, `latest` or `members`.
 */
export type OutboxRecord = PendingRecord | SetAsideRecord | LaneTailRecord | RelayGroupRecord;

/** The indexes of {@link OutboxRecords}. */
// oxlint-disable-next-line typescript/consistent-type-definitions -- an interface has no index signature
export type OutboxIndexes = {
  readonly pending: { readonly partition: "shard"; readonly sort: "writtenAt" };
  readonly setAside: { readonly sort: "setAsideAt" };
};

// Checks nothing on purpose: one damaged record would make every page that it is on unreadable. What a
// field holds is checked where it is used.
const unchecked = z.custom<unknown>(() => true).optional();

const schema = z.looseObject({
  id: z.string(),
  shard: unchecked,
  writtenAt: unchecked,
  setAsideAt: unchecked,
  reason: unchecked,
  lane: unchecked,
  sequence: unchecked,
  latest: unchecked,
  events: unchecked,
  members: unchecked,
  owners: unchecked,
}) as unknown as z.ZodType<OutboxRecord>;

const OutboxRecordsBase: RepositoryClass<OutboxRecord, readonly ["id"], OutboxIndexes> = Repository(
  {
    name: "outbox",
    schema,
    key: ["id"],
    // Sparse: only what is pending is in it, so that reading it costs nothing for what was published.
    indexes: {
      pending: { partition: "shard", sort: "writtenAt" },
      setAside: { sort: "setAsideAt" },
    },
  },
);

/**
 * The outbox's table: pending events, the last number of each key, and the group of relays. Written only
 * through `Outbox`; exported for schema tools.
 */
export class OutboxRecords extends OutboxRecordsBase {}

/** Whether a record has the form of a pending entry. What its fields hold may be damaged. */
export function isPending(entry: Entry<OutboxRecord>): entry is Entry<PendingRecord> {
  return entry.record.shard !== undefined;
}
