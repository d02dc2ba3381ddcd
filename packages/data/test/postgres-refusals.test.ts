import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { Database, Repository } from "@plinth/data";
import { postgresDriver } from "@plinth/data/postgres";
import { describeWithEngine } from "@plinth/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { dropSchema, onServer } from "./support/postgres.ts";

class DocRepository extends Repository({
  name: "docs",
  schema: z.object({ id: z.string() }),
  key: ["id"],
}) {}

describeWithEngine("postgres", "a server that refuses", (url) => {
  const schema = `refusals ${randomUUID()}`;
  const user = `user_${randomUUID().slice(0, 8)}`;
  const password = "right-password";
  beforeAll(async () => {
    await postgresDriver({ url, schema })
      .collection({ name: "docs", indexes: [], expires: false })
      .ensureSchema?.({});
    await onServer(url, (client) =>
      client.query(`create role ${user} login password '${password}'`),
    );
  });
  afterAll(async () => {
    await dropSchema(url, schema);
    await onServer(url, (client) => client.query(`drop role ${user}`));
  });

  async function refusals(change: (address: URL) => void): Promise<{ start: Error; call: Error }> {
    const address = new URL(url);
    change(address);
    const database = new Database(postgresDriver({ url: address.href, schema }));
    const docs = new DocRepository(database);
    const start: unknown = await docs.open().catch((error: unknown) => error);
    const call: unknown = await docs.get("a").catch((error: unknown) => error);
    await database.close();
    expect(start).toMatchObject({ [Symbol.for("plinth.presentable")]: true });
    expect(call).toMatchObject({ code: "internal" });
    expect(inspect([start, call], { depth: 20, showHidden: true })).not.toContain("-password");
    return { start: start as Error, call: call as Error };
  }

  test("a wrong password is told in a sentence", async () => {
    const { start, call } = await refusals((address) => {
      Object.assign(address, { username: user, password: "wrong-password" });
    });
    expect(start.message).toMatch(
      new RegExp(
        `^Repository "docs": Postgres at postgresql://\\S+ does not accept the credentials: .*"${user}"`,
      ),
    );
    expect(call.message).toBe("The database does not accept the service's credentials.");
  });

  test("so is one that is missing", async () => {
    const { start } = await refusals((address) => {
      Object.assign(address, { username: user, password: "" });
    });
    expect(start.message).toMatch(/does not accept the credentials: .*password/);
  });

  test("a database that does not exist is named", async () => {
    const { start } = await refusals((address) => {
      address.pathname = "/no_such_database";
    });
    expect(start.message).toMatch(/refused it: .*no_such_database/);
  });

  test("a right that is missing is told", async () => {
    await onServer(url, (client) => client.query(`grant usage on schema "${schema}" to ${user}`));
    const address = new URL(url);
    Object.assign(address, { username: user, password });
    const database = new Database(postgresDriver({ url: address.href, schema }));
    const docs = new DocRepository(database);
    await docs.open();
    await expect(docs.get("a")).rejects.toMatchObject({
      code: "internal",
      message: "The service lacks a right in the database.",
    });
    await database.close();
    const making = new Database(postgresDriver({ url: address.href, schema: `${schema} 2` }), {
      ensureSchema: true,
    });
    await expect(new DocRepository(making).open()).rejects.toThrow(/permission denied/);
    await making.close();
  });
});
