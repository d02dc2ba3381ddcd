import { Repository, type RepositoryClass } from "@plinth/data";
import { z } from "zod";

/** A record of the outbox's table: an entry, the tail of a lane, or the group of relays. */
export interface OutboxRecord {
  readonly id: string;
  /** Of a pending entry, and of nothing else: the part of the outbox that it belongs to. */
  readonly shard?: number | undefined;
  /** Of an entry: when it was written, in milliseconds since 1970; grows along a lane. */
  readonly writtenAt?: number | undefined;
  /** Of an entry that nobody will publish by itself: since when. */
  readonly setAsideAt?: number | undefined;
  /** Why it was set aside. */
  readonly reason?: string | undefined;
  /** Of an entry with a key, and of a tail: which events it puts in order. */
  readonly lane?: string | undefined;
  /** Of an entry with a key: its place in the lane, from 1. Of a tail: the last place that is taken. */
  readonly sequence?: number | undefined;
  /** Of a tail: `writtenAt` of the last entry. */
  readonly latest?: number | undefined;
  /** Of an entry: its events, each the JSON text of an envelope. */
  readonly events?: readonly string[] | undefined;
  /** Of the group: until when each relay counts as alive, by its id. */
  readonly members?: Readonly<Record<string, number>> | undefined;
  /** Of the group: which relay has each shard. */
  readonly owners?: Readonly<Record<string, string>> | undefined;
}

/** The indexes of {@link OutboxRecords}. */
// oxlint-disable-next-line typescript/consistent-type-definitions -- an interface has no index signature
export type OutboxIndexes = {
  readonly pending: { readonly partition: "shard"; readonly sort: "writtenAt" };
  readonly setAside: { readonly sort: "setAsideAt" };
};

// Nothing is checked here on purpose: one damaged record would make every page that it is on
// unreadable. What a field holds is looked at where it is used.
const unchecked = <T>(): z.ZodOptional<z.ZodType<T>> => z.custom<T>(() => true).optional();

const schema: z.ZodType<OutboxRecord> = z.looseObject({
  id: z.string(),
  shard: unchecked<number>(),
  writtenAt: unchecked<number>(),
  setAsideAt: unchecked<number>(),
  reason: unchecked<string>(),
  lane: unchecked<string>(),
  sequence: unchecked<number>(),
  latest: unchecked<number>(),
  events: unchecked<readonly string[]>(),
  members: unchecked<Readonly<Record<string, number>>>(),
  owners: unchecked<Readonly<Record<string, string>>>(),
});

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
 * The outbox's table: pending events, the last number of each key, and which relay does what. Written
 * only through `Outbox`; exported so that schema tools know it.
 */
export class OutboxRecords extends OutboxRecordsBase {}
