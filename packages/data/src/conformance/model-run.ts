import { expect } from "vitest";
import type { Database } from "../database/database.ts";
import type { RepositoryAction } from "../repository/action.ts";
import type { Entry } from "../repository/entry.ts";
import type { Item, Items } from "./items.ts";
import type { ModelFields, ModelQuery, ModelWrite, Operation } from "./model-operations.ts";
import { boundOf, ModelState } from "./model-state.ts";
import type { Suite } from "./suite.ts";

interface Prepared {
  readonly write: ModelWrite;
  readonly itemId: string;
  readonly item: Item;
  readonly revision: string | undefined;
  readonly expected: string;
}

// Ahead of the engine's own clock, so that it removes nothing that lives by ours.
const ahead = 3_600_000;

/** One run: carries out operations on the driver and on a model, and compares. */
export class ModelRun {
  readonly #suite: Suite;
  readonly #database: Database;
  readonly #items: Items;
  readonly #name: string;
  readonly #state: ModelState;

  /** @param name keeps the run's records apart from those of others */
  constructor(suite: Suite, name: string) {
    this.#suite = suite;
    this.#name = name;
    this.#state = new ModelState(Date.now() + ahead);
    this.#database = suite.database(suite.driver, { clock: () => this.#state.now });
    this.#items = suite.itemsOn(this.#database);
  }

  /** Carries out one operation; rejects when the outcome is not the model's. */
  async execute(operation: Operation): Promise<void> {
    const suite = this.#suite;
    switch (operation.name) {
      case "write":
        return this.#write(operation.write);
      case "update":
        return this.#update(operation.id, operation.fields);
      case "get":
        return this.#get(operation.ids);
      case "query":
        return suite.can("queries") ? this.#query(operation.query) : undefined;
      case "count":
        return suite.can("queries") ? this.#count(operation.query) : undefined;
      case "transact":
        return suite.can("transactions") ? this.#transact(operation.writes) : undefined;
      case "writeMany":
        return this.#writeMany(operation.writes);
      case "wait":
        this.#state.now += operation.time;
    }
  }

  async #write(write: ModelWrite): Promise<void> {
    const prepared = this.#prepare(write);
    const { item, itemId, revision, expected } = prepared;
    const call = {
      create: () => this.#items.create(item),
      put: () => this.#items.put(item, { revision }),
      replace: () => this.#items.replace(item, { revision }),
      delete: () => this.#items.delete(itemId, { revision }),
      check: () => Promise.resolve(),
    }[write.kind];
    const [result] = await Promise.allSettled([call()]);
    expect(outcomeOf(result), describe(prepared)).toBe(expected);
    if (result.status === "fulfilled") this.#record(prepared, result.value ?? undefined);
  }

  async #update(id: number, fields: ModelFields): Promise<void> {
    const item = this.#item(id, fields);
    const found = this.#state.get(item.itemId);
    let seen: Item | undefined;
    const updating = this.#items.update(item, (current) => {
      seen = structuredClone(current);
      return item;
    });
    const [result] = await Promise.allSettled([updating]);
    expect(outcomeOf(result)).toBe(found === undefined ? "not_found" : "applied");
    expect(seen).toEqual(found?.item);
    if (result.status === "fulfilled") this.#state.set(item, result.value.revision);
  }

  async #get(ids: readonly number[]): Promise<void> {
    const itemIds = ids.map((id) => this.#id(id));
    const expected = itemIds.map((itemId) => this.#state.get(itemId));
    expect(await this.#items.getMany(itemIds)).toEqual(expected.map((found) => found?.item));
    const [first = ""] = itemIds;
    const entry = await this.#items.getEntry(first);
    expect(entry?.record).toEqual(expected[0]?.item);
    expect(entry?.revision).toBe(expected[0]?.revisions.at(-1));
  }

  async #query(query: ModelQuery): Promise<void> {
    const { limit, deleted } = query;
    const asked = this.#asked(query);
    const expected = this.#state.query(query, this.#shelf(query.shelf));
    let first: Awaited<ReturnType<Items["query"]>> | undefined;
    const all: Item[] = [];
    await this.#suite.eventually(async () => {
      all.length = 0;
      first = await this.#items.query({ ...asked, limit } as never);
      let page = first;
      all.push(...page.records);
      while (page.cursor !== undefined) {
        page = await this.#items.query({ ...asked, limit, cursor: page.cursor } as never);
        all.push(...page.records);
      }
      expect(all).toEqual(expected);
    });
    if (deleted === undefined || first?.cursor === undefined) return;
    // What the first page showed is past; the others show the rest without the deleted record.
    const { records, cursor } = first;
    const itemId = this.#id(deleted);
    await this.#items.delete(itemId);
    this.#state.remove(itemId);
    const rest = expected.slice(records.length).filter((item) => item.itemId !== itemId);
    await this.#suite.eventually(async () => {
      const page = await this.#items.query({ ...asked, cursor } as never);
      expect(page.records).toEqual(rest);
    });
  }

  async #count(query: ModelQuery): Promise<void> {
    const expected = this.#state.query(query, this.#shelf(query.shelf)).length;
    await this.#suite.eventually(async () => {
      expect(await this.#items.count(this.#asked(query) as never)).toBe(expected);
    });
  }

  async #transact(writes: readonly ModelWrite[]): Promise<void> {
    const prepared = writes.map((write) => this.#prepare(write));
    const actions = prepared.map((one) => this.#action(one));
    const [result] = await Promise.allSettled([this.#database.transact(actions)]);
    const failed = prepared.filter(({ expected }) => expected !== "applied");
    if (failed.length === 0) {
      expect(outcomeOf(result)).toBe("applied");
    } else {
      expect(failed.map(({ expected }) => expected)).toContain(outcomeOf(result));
    }
    if (result.status === "rejected") return;
    for (const [index, one] of prepared.entries()) this.#record(one, result.value[index]);
  }

  async #writeMany(writes: readonly ModelWrite[]): Promise<void> {
    const prepared = writes.map((write) => this.#prepare(write));
    const results = await this.#items.writeMany(prepared.map((one) => this.#action(one)));
    for (const [index, one] of prepared.entries()) {
      const result = results[index] as PromiseSettledResult<Entry<Item> | undefined>;
      expect(outcomeOf(result), describe(one)).toBe(one.expected);
      if (result.status === "fulfilled") this.#record(one, result.value);
    }
  }

  #prepare(write: ModelWrite): Prepared {
    const item = this.#item(write.id, write.fields);
    const { itemId } = item;
    const revision =
      write.kind === "create" || (write.kind === "check" && write.state !== "revision")
        ? undefined
        : this.#state.revision(itemId, write.revision);
    return {
      write,
      itemId,
      item,
      revision,
      expected: this.#state.expected(write, itemId, revision),
    };
  }

  #action({ write, item, itemId, revision }: Prepared): RepositoryAction<Entry<Item> | undefined> {
    const { action } = this.#items;
    if (write.kind === "create") return action.create(item);
    if (write.kind === "delete") return action.delete(itemId, { revision });
    if (write.kind !== "check") return action[write.kind](item, { revision });
    const { state } = write;
    return action.check(itemId, state === "revision" ? { revision: revision ?? "" } : state);
  }

  /** Brings the model up to a write that was applied. */
  #record({ write, item, itemId }: Prepared, entry: Entry<Item> | undefined): void {
    if (write.kind === "check") return;
    if (write.kind === "delete") {
      this.#state.remove(itemId);
      return;
    }
    expect(entry?.record).toEqual(item);
    this.#state.set(item, entry?.revision ?? "");
  }

  #asked({ index, shelf, order, lower, upper }: ModelQuery): object {
    const query = { index, partition: this.#shelf(shelf), order };
    if (index === "byShelf") return query;
    return {
      ...query,
      ...(lower === undefined ? {} : { [lower.bound]: boundOf(index, lower.at) }),
      ...(upper === undefined ? {} : { [upper.bound]: boundOf(index, upper.at) }),
    };
  }

  #item(id: number, { shelf, rank, label, lifetime }: ModelFields): Item {
    return {
      itemId: this.#id(id),
      ...(shelf === undefined ? {} : { shelf: this.#shelf(shelf) }),
      ...(rank === undefined ? {} : { rank }),
      ...(label === undefined ? {} : { label }),
      ...(lifetime === undefined ? {} : { expiresAt: this.#state.now + lifetime }),
    };
  }

  #id(id: number): string {
    return `${this.#name}_${id}`;
  }

  #shelf(shelf: number): string {
    return `${this.#name}_shelf${shelf}`;
  }
}

function outcomeOf(result: PromiseSettledResult<unknown>): string {
  if (result.status === "fulfilled") return "applied";
  const { code, message } = result.reason as { code?: string; message?: string };
  return code ?? `an error without a code: ${message}`;
}

function describe({ write, expected }: Prepared): string {
  return `${write.kind} of record ${write.id}, expected ${expected}`;
}
