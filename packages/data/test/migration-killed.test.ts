import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Database, type MigrationProgress } from "@plinth/data";
import { postgresDriver } from "@plinth/data/postgres";
import { describeWithEngine, startProcess } from "@plinth/testing";
import { afterAll, expect, test, vi } from "vitest";
import { FirstPeople, SecondPeople } from "./support/migrated-people.ts";
import { dropSchema } from "./support/postgres.ts";

const records = 10_000;
const kills = 3;
const script = fileURLToPath(new URL("support/migrate-people.ts", import.meta.url));

/** What a run has told so far; a line that is cut off by the kill does not count. */
const progressOf = (stdout: string): MigrationProgress[] =>
  stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as MigrationProgress);

describeWithEngine("postgres", "a migration that is killed", (url) => {
  const schema = `migration ${randomUUID()}`;
  afterAll(() => dropSchema(url, schema));

  test(`${kills} times brings up ${records} records, each once`, { timeout: 180_000 }, async () => {
    const database = new Database(postgresDriver({ url, schema }), { ensureSchema: true });
    const first = new FirstPeople(database);
    const ids = Array.from({ length: records }, (_, n) => `p${String(n).padStart(5, "0")}`);
    await first.writeMany(ids.map((id) => first.action.put({ id, name: `Person ${id}` })));

    let resumeFrom: string | undefined;
    for (let run = 0; run <= kills; run += 1) {
      const words = ["--import", "tsx", "--conditions=@plinth/source", script, url, schema];
      await using migration = await startProcess(process.execPath, [
        ...words,
        ...(resumeFrom === undefined ? [] : [resumeFrom]),
      ]);
      if (run < kills) {
        await vi.waitFor(
          () => {
            expect(progressOf(migration.stdout).length, migration.stderr).toBeGreaterThan(5);
          },
          { timeout: 60_000, interval: 1 },
        );
        process.kill(migration.pid, "SIGKILL");
        expect(await migration.exit).toMatchObject({ signal: "SIGKILL" });
      } else {
        expect(await migration.exit, migration.stderr).toMatchObject({ code: 0 });
      }
      resumeFrom = progressOf(migration.stdout).at(-1)?.position;
    }
    expect(resumeFrom).toBeUndefined();

    const other = new Database(postgresDriver({ url, schema }));
    const second = new SecondPeople(other);
    const people = await second.getMany(ids);
    expect(people.filter((person) => person?.broughtUp !== 1)).toEqual([]);
    // All of them are stored so, not only read so: there is nothing left to do.
    expect(await second.migrate()).toMatchObject({ examined: records, migrated: 0, failed: 0 });
    await Promise.all([database.close(), other.close()]);
  });
});
