import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { Database, Repository } from "@plinth/data";
import { pgliteDriver } from "@plinth/data/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { slowStart } from "./support/postgres.ts";
import { lockFolder } from "../src/postgres/folder-lock.ts";

class NoteRepository extends Repository({
  name: "notes",
  schema: z.object({ noteId: z.string(), count: z.number() }),
  key: ["noteId"],
}) {}

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-pglite-"));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const open = (path: string): Database =>
  new Database(pgliteDriver({ path }), { ensureSchema: true });

/** A process that writes notes in turn, and says so after each; resolves after `lines` of them. */
async function writerOn(path: string, lines: number): Promise<ChildProcess> {
  const code = `
    import { Database, Repository } from "@plinth/data";
    import { pgliteDriver } from "@plinth/data/postgres";
    import { z } from "zod";
    const Notes = Repository({ name: "notes", schema: z.object({ noteId: z.string(), count: z.number() }), key: ["noteId"] });
    const notes = new Notes(new Database(pgliteDriver({ path: ${JSON.stringify(path)} }), { ensureSchema: true }));
    for (let count = 0; ; count += 1) {
      await notes.put({ noteId: String(count), count });
      console.log(count);
      await new Promise(setImmediate);
    }`;
  const child = spawn(
    process.execPath,
    ["--conditions=@plinth/source", "--import", "tsx", "--input-type=module", "-e", code],
    {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  children.push(child);
  let seen = 0;
  for await (const _line of createInterface({ input: child.stdout })) {
    seen += 1;
    if (seen === lines) break;
  }
  expect(seen).toBe(lines);
  return child;
}

const ended = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => {
    child.once("exit", resolve);
  });

describe("a folder", () => {
  test("keeps the records when the database is closed", { timeout: slowStart }, async () => {
    const path = join(folder, "made", "on", "the", "way");
    for (const count of [1, 2]) {
      const database = open(path);
      expect(database.driver.capabilities.durable).toBe(true);
      const notes = new NoteRepository(database);
      await notes.put({ noteId: String(count), count });
      expect(await notes.get("1")).toEqual({ noteId: "1", count: 1 });
      await database.close();
      expect(existsSync(`${path}.lock`)).toBe(false);
    }
  });

  test(
    "is for one process at a time, and keeps what it stored when it is killed",
    { timeout: slowStart },
    async () => {
      const path = join(folder, "notes");
      const child = await writerOn(path, 20);
      const refused = open(path);
      // The caller of a repository learns nothing of the engine; the one that opens it does.
      await expect(new NoteRepository(refused).open()).rejects.toMatchObject({
        code: "failed_precondition",
        message: expect.stringMatching(new RegExp(`${path} is in use by process ${child.pid}`)),
      });
      const exit = ended(child);
      child.kill("SIGKILL");
      await exit;
      // The same database finds its way in as soon as the folder is free.
      const notes = new NoteRepository(refused);
      for (let count = 0; count < 20; count += 1) {
        expect(await notes.get(String(count))).toEqual({ noteId: String(count), count });
      }
      await refused.close();
    },
  );

  test("is shared by the drivers of one process", { timeout: slowStart }, async () => {
    const path = join(folder, "notes");
    const [one, two] = [open(path), open(path)];
    await Promise.all([new NoteRepository(one).open(), new NoteRepository(two).open()]);
    await new NoteRepository(one).put({ noteId: "a", count: 1 });
    await one.close();
    expect(await new NoteRepository(two).get("a")).toEqual({ noteId: "a", count: 1 });
    const closing = two.close();
    const three = open(path);
    expect(await new NoteRepository(three).get("a")).toEqual({ noteId: "a", count: 1 });
    await Promise.all([closing, three.close()]);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});

describe("a lock", () => {
  test.each([
    ["of a process that is gone", "999999999"],
    ["of this very process id, as containers repeat them", String(process.pid)],
    ["that is empty", ""],
  ])("%s is taken over", (_name, content) => {
    const file = join(folder, "notes.lock");
    writeFileSync(file, content);
    const unlock = lockFolder(join(folder, "notes"));
    expect(readFileSync(file, "utf8")).toBe(String(process.pid));
    unlock();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of a living process is respected", () => {
    writeFileSync(join(folder, "notes.lock"), String(process.ppid));
    expect(() => lockFolder(join(folder, "notes"))).toThrow(
      expect.objectContaining({
        code: "failed_precondition",
        message: expect.stringContaining(String(process.ppid)),
      }),
    );
    expect(readdirSync(folder)).toEqual(["notes.lock"]);
  });
});

describe("a database of the caller's", () => {
  test(
    "is used and left open; its errors hold nothing that was stored",
    { timeout: slowStart },
    async () => {
      const client = await PGlite.create();
      const database = new Database(pgliteDriver({ client }), { ensureSchema: true });
      const notes = new NoteRepository(database);
      await notes.put({ noteId: "secret", count: 1 });
      const { rows } = await client.query("select key, data from notes");
      expect(rows).toEqual([{ key: "secret", data: { noteId: "secret", count: 1 } }]);

      await client.exec(
        "alter table notes add constraint small check (revision = 'none') not valid",
      );
      const error = await notes
        .put({ noteId: "secret", count: 2 })
        .catch((fault: unknown) => fault);
      expect(error).toMatchObject({ code: "internal", cause: { code: "23514" } });
      const { cause } = error as Error;
      expect(JSON.stringify(cause, Object.getOwnPropertyNames(cause))).not.toContain("secret");

      await database.close();
      expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
      await client.close();
    },
  );
});
