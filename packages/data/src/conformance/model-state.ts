import type { Item } from "./items.ts";
import { labels, type ModelQuery, type ModelWrite, ranks } from "./model-operations.ts";

/** A record of the model. */
interface ModelRecord {
  readonly item: Item;
  /** Revisions as they were given, the last one being the present one. */
  readonly revisions: readonly string[];
}

/** What a write is expected to end with. */
export type Expected = "applied" | "already_exists" | "not_found" | "aborted";

/** A simple model of a repository: a map, and its rules. */
export class ModelState {
  readonly #records = new Map<string, ModelRecord>();
  /** Revisions of records that are gone. */
  readonly #past = new Map<string, string[]>();
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  /** The record with an id, unless it has expired. */
  get(itemId: string): ModelRecord | undefined {
    const found = this.#records.get(itemId);
    const end = found?.item.expiresAt;
    return end !== undefined && end <= this.now ? undefined : found;
  }

  /** The revision that a write demands; `undefined` for none. */
  revision(itemId: string, wanted: ModelWrite["revision"]): string | undefined {
    if (wanted === "none") return undefined;
    const all = [
      ...(this.#past.get(itemId) ?? []),
      ...(this.#records.get(itemId)?.revisions ?? []),
    ];
    const revision = wanted === "current" ? all.at(-1) : all.at(-2);
    return wanted === "unknown" || revision === undefined ? "unknown" : revision;
  }

  /** The outcome of a write now. */
  expected(write: ModelWrite, itemId: string, revision: string | undefined): Expected {
    const found = this.get(itemId);
    if (write.kind === "create" || (write.kind === "check" && write.state === "absent")) {
      return found === undefined ? "applied" : "already_exists";
    }
    if (write.kind === "check" && write.state === "present") {
      return found === undefined ? "not_found" : "applied";
    }
    if (revision !== undefined) {
      return found?.revisions.at(-1) === revision ? "applied" : "aborted";
    }
    return write.kind === "replace" && found === undefined ? "not_found" : "applied";
  }

  /** Stores a record at the revision that the repository gave. */
  set(item: Item, revision: string): void {
    const revisions = [...(this.#records.get(item.itemId)?.revisions ?? []), revision];
    this.#records.set(item.itemId, { item, revisions });
  }

  /** Removes a record. */
  remove(itemId: string): void {
    const revisions = this.#records.get(itemId)?.revisions ?? [];
    this.#past.set(itemId, [...(this.#past.get(itemId) ?? []), ...revisions]);
    this.#records.delete(itemId);
  }

  /** The records that a query finds, in order. */
  query({ index, order, lower, upper }: ModelQuery, shelf: string): Item[] {
    const found = [...this.#records.keys()].flatMap((itemId) => this.get(itemId)?.item ?? []);
    const sorted = found
      .filter((item) => item.shelf === shelf && valueOf(index, item) !== undefined)
      .filter((item) => index === "byShelf" || isWithin(index, item, lower, upper))
      .toSorted((one, other) => {
        const byValue = compare(valueOf(index, one), valueOf(index, other));
        return byValue === 0 ? compare(one.itemId, other.itemId) : byValue;
      });
    return order === "ascending" ? sorted : sorted.toReversed();
  }
}

/** The value of a bound. */
export function boundOf(index: ModelQuery["index"], at: number): string | number {
  return index === "byRank" ? (ranks[at] ?? 0) : (labels[at] ?? "");
}

function valueOf(index: ModelQuery["index"], item: Item): string | number | undefined {
  if (index === "byShelf") return "";
  return index === "byRank" ? item.rank : item.label;
}

function isWithin(
  index: ModelQuery["index"],
  item: Item,
  lower: ModelQuery["lower"],
  upper: ModelQuery["upper"],
): boolean {
  const value = valueOf(index, item);
  const fromLower = lower === undefined ? 1 : compare(value, boundOf(index, lower.at));
  const fromUpper = upper === undefined ? -1 : compare(value, boundOf(index, upper.at));
  return (
    (fromLower > 0 || (fromLower === 0 && lower?.bound === "from")) &&
    (fromUpper < 0 || (fromUpper === 0 && upper?.bound === "to"))
  );
}

function compare(one: string | number | undefined, other: string | number | undefined): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}
