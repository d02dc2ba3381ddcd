import { isServiceError } from "@plinth/core/errors";
import type { OutboxRecords } from "./outbox-records.ts";
import {
  joined,
  left,
  readGroup,
  type RelayGroup,
  shardsOf,
  surplusOf,
  writeGroup,
} from "./relay-group.ts";

/** The id of the record in which relays agree who does what. */
const groupId = "relays";

/**
 * One relay's part in the group. All of the group is one record, changed by its revision: a relay reads
 * and writes it once in a while, and whoever does not is out of it when the time is over.
 */
export class RelayMembership {
  readonly #records: OutboxRecords;
  readonly #id: string;
  readonly #duration: number;
  readonly #clock: () => number;
  #validUntil = Number.NEGATIVE_INFINITY;

  /** @param duration how long a relay counts as alive without a word, in milliseconds */
  constructor(records: OutboxRecords, id: string, duration: number, clock: () => number) {
    this.#records = records;
    this.#id = id;
    this.#duration = duration;
    this.#clock = clock;
  }

  /** Whether the others still count on this relay. */
  get isValid(): boolean {
    return this.#clock() < this.#validUntil;
  }

  /**
   * Shows that this relay lives, and takes its share.
   *
   * @param held the shards that it works on
   * @param release is to stop the work on shards before others get them
   * @returns the shards that are its own from now on
   */
  async renew(
    held: readonly number[],
    release: (shards: readonly number[]) => Promise<void>,
  ): Promise<readonly number[]> {
    const before = readGroup((await this.#records.get(groupId)) ?? {});
    const surplus = surplusOf(before, this.#id, this.#clock());
    if (surplus.length > 0) await release(surplus);
    const kept = new Set(held.filter((shard) => !surplus.includes(shard)));
    const now = this.#clock();
    const until = now + this.#duration;
    const group = await this.#change((current) => joined(current, this.#id, kept, now, until));
    this.#validUntil = until;
    return shardsOf(group, this.#id);
  }

  /** Leaves at once, so that the others need not wait. */
  async leave(): Promise<void> {
    this.#validUntil = Number.NEGATIVE_INFINITY;
    await this.#change((current) => left(current, this.#id));
  }

  async #change(change: (group: RelayGroup) => RelayGroup): Promise<RelayGroup> {
    for (;;) {
      try {
        const { record } = await this.#records.update(groupId, (stored) => ({
          id: groupId,
          ...writeGroup(change(readGroup(stored))),
        }));
        return readGroup(record);
      } catch (error) {
        if (!isServiceError(error, "not_found")) throw error;
      }
      try {
        await this.#records.create({ id: groupId, members: {}, owners: {} });
      } catch (error) {
        if (!isServiceError(error, "already_exists")) throw error;
      }
    }
  }
}
