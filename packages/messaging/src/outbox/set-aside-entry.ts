import type { Logger } from "@plinth/core";
import { isServiceError } from "@plinth/core/errors";
import type { Entry } from "@plinth/data";
import { shardOf } from "./lanes.ts";
import type {
  OutboxEvents,
  OutboxRecords,
  PendingRecord,
  SetAsideRecord,
} from "./outbox-records.ts";

/** An entry that no relay publishes until an operator restores it. */
export interface SetAsideEntry {
  /** For `Outbox.restore` and `Outbox.discard`. */
  readonly id: string;
  /** Why: one sentence, without what the events hold. */
  readonly reason: string;
  /** Since when, in milliseconds since 1970. */
  readonly at: number;
  /** The texts of its events as they are stored. They may be the reason. */
  readonly events: readonly string[];
}

/** An entry that is to be set aside. */
export interface UnpublishableEntry {
  readonly stored: Entry<PendingRecord>;
  readonly reason: string;
}

const maxReasonLength = 1000;

/** Of how many entries that could not even be set aside it is known that this was logged. */
const maxStuck = 10_000;

/** The entries that were set aside, oldest first. */
export async function* setAsideEntries(
  records: OutboxRecords,
): AsyncGenerator<SetAsideEntry, void, undefined> {
  for await (const record of records.each({ index: "setAside" })) {
    if (record.setAsideAt === undefined) continue;
    // As stored: any field may hold anything.
    const { reason, setAsideAt, events }: { readonly [K in keyof SetAsideRecord]?: unknown } =
      record;
    yield {
      id: record.id,
      reason: typeof reason === "string" ? reason : "",
      at: Number(setAsideAt),
      events: Array.isArray(events) ? events.map((text: unknown) => String(text)) : [],
    };
  }
}

/** The shard that an entry belongs to. */
export function shardOfEntry({ id, lane }: OutboxEvents): number {
  return shardOf(typeof lane === "string" ? lane : id);
}

/** Sets entries aside: out of the index of what is pending, until an operator looks at them. */
export class SetAsideWriter {
  readonly #records: OutboxRecords;
  readonly #clock: () => number;
  readonly #logger: Logger | undefined;
  readonly #stuck = new Set<string>();

  constructor(records: OutboxRecords, clock: () => number, logger: Logger | undefined) {
    this.#records = records;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Sets entries aside. One that fails does not hold up the others. @returns how many it set aside */
  async write(entries: readonly UnpublishableEntry[]): Promise<number> {
    let count = 0;
    for (const { stored, reason } of entries) {
      const { id } = stored.record;
      try {
        await this.#records.replace(this.#asSetAside(stored.record, reason), {
          revision: stored.revision,
        });
        count += 1;
        this.#logger?.error("An outbox entry cannot be published and was set aside.", {
          entry: id,
          reason,
        });
      } catch (error) {
        const wasChanged = isServiceError(error, "aborted") || isServiceError(error, "not_found");
        if (!wasChanged) this.#tellStuck(id, reason, error);
      }
    }
    return count;
  }

  #asSetAside(record: PendingRecord, reason: string): SetAsideRecord {
    const { shard: _shard, ...kept } = record;
    return { ...kept, setAsideAt: this.#clock(), reason: reason.slice(0, maxReasonLength) };
  }

  #tellStuck(id: string, reason: string, error: unknown): void {
    if (this.#stuck.has(id)) return;
    if (this.#stuck.size < maxStuck) this.#stuck.add(id);
    this.#logger?.error("An outbox entry could not be set aside.", { entry: id, reason, error });
  }
}
