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

/** The id of the record of the group. */
const groupId = "relays";

/**
 * The lease of one relay. The group is one record, changed by its revision. Each relay renews its lease there; one
 * that does not loses its shards when the lease ends.
 */
export class RelayMembership {
  readonly #records: OutboxRecords;
  readonly #id: string;
  readonly #duration: number;
  readonly #clock: () => number;
  #validUntil = Number.NEGATIVE_INFINITY;

  /** @param duration How long a lease is valid, in milliseconds. */
  constructor(records: OutboxRecords, id: string, duration: number, clock: () => number) {
    this.#records = records;
    this.#id = id;
    this.#duration = duration;
    this.#clock = clock;
  }

  /** Whether the lease is valid. */
  get isValid(): boolean {
    return this.#clock() < this.#validUntil;
  }

  /**
   * Renews the lease, and takes its share of the shards.
   *
   * @param held The shards that it works on.
   * @param release Stops the work on shards before other relays get them.
   * @returns The shards that it owns from now on.
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

  /** Ends the lease, so that the other relays take over at once. */
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
