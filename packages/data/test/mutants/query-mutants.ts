import type {
  CountQuery,
  IndexPage,
  IndexQuery,
  ScanPage,
  ScanQuery,
  StoredRecord,
  WriteAction,
} from "@plinth/data";
import { MemoryCollection } from "../../src/memory/memory-collection.ts";
import type { Mutation } from "./mutant-driver.ts";

/** A collection that answers another query than it was asked. */
const withQuery = (change: (query: IndexQuery) => IndexQuery): Mutation => ({
  Collection: class extends MemoryCollection {
    override query(query: IndexQuery): Promise<IndexPage> {
      return super.query(change(query));
    }
  },
});

/** A collection whose pages are something else. */
const withPage = (change: (page: IndexPage, query: IndexQuery) => IndexPage): Mutation => ({
  Collection: class extends MemoryCollection {
    override async query(query: IndexQuery): Promise<IndexPage> {
      return change(await super.query(query), query);
    }
  },
});

const sortOf = (record: StoredRecord, { index }: IndexQuery): string =>
  record.indexes[index]?.sort ?? "";

/** Faults of queries, counts and scans, with the groups that are to find them. */
export const queryMutants: Readonly<Record<string, [Mutation, readonly string[]]>> = {
  "a page is one record too short": [
    withPage((page, { limit }) =>
      page.records.length === limit ? { ...page, records: page.records.slice(0, -1) } : page,
    ),
    ["cursors"],
  ],
  "a page skips a record at its end": [
    withPage((page, query) => {
      const last = page.records.at(-1);
      return page.more && last !== undefined
        ? { ...page, records: page.records.slice(0, -1), position: sortOf(last, query) }
        : page;
    }),
    ["cursors"],
  ],
  "a page that holds the last but one record says that it is all": [
    {
      Collection: class extends MemoryCollection {
        override async query(query: IndexQuery): Promise<IndexPage> {
          const page = await super.query(query);
          const next = await super.query({ ...query, limit: Math.min(1000, query.limit + 1) });
          return { ...page, more: page.more && next.more };
        }
      },
    },
    ["cursors"],
  ],
  "records of one page are in no order": [
    withPage((page) => ({
      ...page,
      records: page.records.toSorted((one, other) => (one.revision < other.revision ? -1 : 1)),
    })),
    ["ordering"],
  ],
  "text is in the order of UTF-16": [
    withPage((page, query) => {
      const records = page.records.toSorted((one, other) =>
        sortOf(one, query) < sortOf(other, query) ? -1 : 1,
      );
      return { ...page, records: query.order === "ascending" ? records : records.toReversed() };
    }),
    ["ordering"],
  ],
  "text is in the order of a language": [
    withPage((page, query) => {
      const records = page.records.toSorted((one, other) =>
        sortOf(one, query).localeCompare(sortOf(other, query)),
      );
      return { ...page, records: query.order === "ascending" ? records : records.toReversed() };
    }),
    ["ordering"],
  ],
  "equal values are not ordered by key when going backwards": [
    withPage((page, { order, index }) => {
      if (order === "ascending" || index === "byShelf") return page;
      const valueOf = (record: StoredRecord): string =>
        (record.indexes[index]?.sort ?? "").slice(0, -record.key.length);
      const records = page.records.toSorted((one, other) =>
        valueOf(one) === valueOf(other) && one.key < other.key ? -1 : 0,
      );
      return { ...page, records };
    }),
    ["ordering"],
  ],
  "descending is ascending": [
    withQuery((query) => ({ ...query, order: "ascending" })),
    ["ordering"],
  ],
  "the lower bound is exclusive": [
    withQuery((query) => ({ ...query, fromExclusive: query.from !== undefined })),
    ["driver contract"],
  ],
  "the lower bound is always inclusive, so that the cursor's record comes again": [
    withQuery((query) => ({ ...query, fromExclusive: false })),
    ["driver contract"],
  ],
  "the upper bound is ignored": [withQuery(({ to: _to, ...query }) => query), ["ranges"]],
  "a partition finds those that begin like it": [
    {
      Collection: class extends MemoryCollection {
        override async query(query: IndexQuery): Promise<IndexPage> {
          const { index, partition } = query;
          const entries = [...this.records.values()].map(
            ({ indexes }) => indexes[index]?.partition,
          );
          const alike = new Set(entries.filter((entry) => entry?.startsWith(partition)));
          const pages = [...alike].map((one) => super.query({ ...query, partition: one ?? "" }));
          const all = (await Promise.all(pages)).flatMap(({ records }) => records);
          return { records: all.slice(0, query.limit), more: false };
        }
      },
    },
    ["queries"],
  ],
  "a cursor skips a record when the one that it ended at was deleted": [
    {
      Collection: class extends MemoryCollection {
        override async query(query: IndexQuery): Promise<IndexPage> {
          const page = await super.query(query);
          const { index, order } = query;
          const place = order === "ascending" && query.fromExclusive ? query.from : undefined;
          const isThere = [...this.records.values()].some(
            ({ indexes }) => indexes[index]?.sort === place,
          );
          return place === undefined || isThere
            ? page
            : { ...page, records: page.records.slice(1) };
        }
      },
    },
    ["cursors"],
  ],
  "an index keeps the old place of a changed record": [
    {
      Collection: class extends MemoryCollection {
        override apply(action: WriteAction): void {
          const old = action.kind === "set" ? this.records.get(action.record.key) : undefined;
          super.apply(action);
          const now = action.kind === "set" ? this.records.get(action.record.key) : undefined;
          if (old !== undefined && now !== undefined) {
            this.records.set((action as { record: StoredRecord }).record.key, {
              ...now,
              indexes: { ...now.indexes, ...old.indexes },
            });
          }
        }
      },
    },
    ["queries"],
  ],
  "a record stays in an index without its field": [
    {
      Collection: class extends MemoryCollection {
        override apply(action: WriteAction): void {
          const old = action.kind === "set" ? this.records.get(action.record.key) : undefined;
          if (action.kind === "remove" || old === undefined) super.apply(action);
          else {
            const indexes = { ...old.indexes, ...action.record.indexes };
            super.apply({ ...action, record: { ...action.record, indexes } });
          }
        }
      },
    },
    ["sparse indexes"],
  ],
  "a page of expired records says that it is all": [
    withPage((page) => {
      const isExpired = ({ expiresAt }: StoredRecord): boolean => expiresAt !== undefined;
      return page.records.length > 0 && page.records.every(isExpired)
        ? { ...page, more: false }
        : page;
    }),
    ["expiry"],
  ],
  "count counts expired records": [
    {
      Collection: class extends MemoryCollection {
        override count(query: CountQuery): Promise<number> {
          return super.count({ ...query, now: 0 });
        }
      },
    },
    ["expiry"],
  ],
  "count ignores the range": [
    {
      Collection: class extends MemoryCollection {
        override count({ from: _from, to: _to, ...query }: CountQuery): Promise<number> {
          return super.count(query);
        }
      },
    },
    ["count"],
  ],
  "count stops at 1,000": [
    {
      Collection: class extends MemoryCollection {
        override async count(query: CountQuery): Promise<number> {
          return Math.min(1000, await super.count(query));
        }
      },
    },
    ["count"],
  ],
  "a scan leaves out the last page": [
    {
      Collection: class extends MemoryCollection {
        override async scan(query: ScanQuery): Promise<ScanPage> {
          const page = await super.scan(query);
          return page.position === undefined && query.after !== undefined ? { records: [] } : page;
        }
      },
    },
    ["driver contract"],
  ],
  "a scan goes by numbers, and skips records when others are deleted": [
    {
      Collection: class extends MemoryCollection {
        override async scan({ after = "0", limit }: ScanQuery): Promise<ScanPage> {
          const all = await super.scan({ limit: 1000 });
          const end = Number(after) + limit;
          const records = all.records.slice(Number(after), end);
          return end < all.records.length ? { records, position: String(end) } : { records };
        }
      },
    },
    ["driver contract"],
  ],
};
