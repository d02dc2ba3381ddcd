// Migrates people, and writes its progress as lines of JSON: a process that a test kills.

import { Database } from "@plinth/data";
import { postgresDriver } from "@plinth/data/postgres";
import { SecondPeople } from "./migrated-people.ts";

const [url, schema, resumeFrom] = process.argv.slice(2);
const database = new Database(postgresDriver({ url, schema }));
await new SecondPeople(database).migrate({
  resumeFrom,
  onProgress: (progress) => void process.stdout.write(`${JSON.stringify(progress)}\n`),
});
await database.close();
