import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { z } from "zod";
import { Repository } from "../repository/repository.ts";
import { aShelf } from "./items.ts";
import type { Suite } from "./suite.ts";

const maxCollectionName = 255;
const maxIndexName = 60;

/** Names of collections and indexes are compared exactly, up to their full length. */
export function describeNames(suite: Suite): void {
  const testQuery = suite.testWith("queries");

  const Plain = Repository({
    name: "plain",
    schema: z.object({ id: z.string(), collection: z.string() }),
    key: ["id"],
  });

  /** Stores a record under the same key in each of the collections, and expects to read each again. */
  async function expectApart(names: readonly string[]): Promise<void> {
    const database = suite.database();
    const repositories = names.map((collection) => new Plain(database, { collection }));
    for (const [n, repository] of repositories.entries()) {
      await repository.create({ id: "same", collection: names[n] ?? "" });
    }
    const stored = await Promise.all(repositories.map((repository) => repository.get("same")));
    expect(stored.map((record) => record?.collection)).toEqual(names);
    await repositories[0]?.delete("same");
    const left = await Promise.all(repositories.map((repository) => repository.get("same")));
    expect(left.map((record) => record?.collection)).toEqual([undefined, ...names.slice(1)]);
  }

  const oneCase = "the engine takes names that differ in case alone for the same";
  const { ignoresCaseOfNames = false } = suite.options.engineLimits ?? {};

  test("collections whose names differ in case are different", async ({ skip }) => {
    skip(ignoresCaseOfNames, oneCase);
    const id = randomUUID();
    await expectApart(["aa", "aA", "Aa", "AA"].map((name) => name + id));
  });

  test("collections whose names differ in punctuation are different", async () => {
    const id = randomUUID();
    await expectApart(
      ["a-", "a_", "a.", "a", "a--", "a-_", ".a-", "_a-", "-a-"].map((name) => name + id),
    );
  });

  test("collections whose names differ at the end are different, also at the full length", async () => {
    const id = `n${randomUUID()}`;
    const long = id.padEnd(maxCollectionName - 1, "n");
    await expectApart([`${id}-`, `${id}_`, `${id}.`, id, `${id}1`, `${long}1`, `${long}2`]);
  });

  testQuery("indexes whose names differ in case are different", async ({ skip }) => {
    skip(ignoresCaseOfNames, oneCase);
    await expectIndexesApart(["byA", "bya", "BYA"]);
  });

  testQuery("indexes whose names differ at the end are different", async () => {
    const long = "i".repeat(maxIndexName - 1);
    await expectIndexesApart(["by1", "by01", `${long}1`, `${long}2`]);
  });

  /** Expects each index to find the one record that is in it under a partition that all have. */
  async function expectIndexesApart(names: readonly string[]): Promise<void> {
    const fields = ["a", "b", "c", "d"] as const;
    const text = z.string();
    const Lettered = Repository({
      name: "lettered",
      schema: z.object({ id: text, a: text, b: text, c: text, d: text }),
      key: ["id"],
      indexes: Object.fromEntries(names.map((name, n) => [name, { partition: fields[n] ?? "a" }])),
    });
    const lettered = new Lettered(suite.database(), { collection: suite.freshName() });
    const shelf = aShelf();
    for (const id of fields) {
      await lettered.create({ a: "-", b: "-", c: "-", d: "-", id, [id]: shelf });
    }
    await suite.eventually(async () => {
      for (const [n, index] of names.entries()) {
        const query = { index, partition: shelf } as never;
        const { records } = await lettered.query(query);
        expect(records.map(({ id }) => id)).toEqual([fields[n]]);
        expect(await lettered.count(query)).toBe(1);
      }
    });
  }
}
