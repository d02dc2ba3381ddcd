import type { OutboxRecords } from "./outbox-records.ts";

interface Identified {
  readonly id: string;
}

/**
 * How many entries are remembered whose removal failed. They would be published again, but that is no
 * reason to remember them without end.
 */
const maxRemembered = 10_000;

/** Removes entries that are published, and remembers those that it could not remove yet. */
export class PublishedEntries {
  readonly #records: OutboxRecords;
  readonly #ids = new Set<string>();

  constructor(records: OutboxRecords) {
    this.#records = records;
  }

  /** Whether an entry is published and still there. */
  has({ id }: Identified): boolean {
    return this.#ids.has(id);
  }

  /** Removes entries. Rejects if it could remove none of them. @returns how many are gone */
  async remove(entries: readonly Identified[]): Promise<number> {
    if (entries.length === 0) return 0;
    if (this.#ids.size < maxRemembered) for (const { id } of entries) this.#ids.add(id);
    const records = this.#records;
    const results = await records.writeMany(entries.map(({ id }) => records.action.delete(id)));
    let removed = 0;
    for (const [index, { id }] of entries.entries()) {
      if (results[index]?.status !== "fulfilled") continue;
      removed += 1;
      this.#ids.delete(id);
    }
    const failed = results.find((result) => result.status === "rejected");
    if (removed === 0 && failed !== undefined) throw failed.reason;
    return removed;
  }
}
