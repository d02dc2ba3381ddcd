import { DeclarationError } from "@plinth/core";
import { firestoreDriver } from "@plinth/data/firestore";
import { pgliteDriver, postgresDriver, postgresSql } from "@plinth/data/postgres";
import { expect, test, vi } from "vitest";

const url = "postgresql://user@127.0.0.1:1/db";

test.each([
  ["a timeout of Postgres", () => postgresDriver({ url, timeout: 0 }), /Postgres driver: timeout /],
  ["a pool", () => postgresDriver({ url, poolSize: 1.5 }), /Postgres driver: poolSize must be/],
  ["an address", () => postgresDriver({ url: "mysql://host" }), /does not begin with postgresql/],
  ["a schema", () => pgliteDriver({ schema: "" }), /schema needs a name of 1 to 63 bytes/],
  ["a schema of SQL", () => postgresSql([], { schema: "s".repeat(64) }), /1 to 63 bytes/],
  [
    "a timeout of Firestore",
    () => firestoreDriver({ timeout: Number.POSITIVE_INFINITY }),
    /Firestore driver: timeout must be a whole number of milliseconds from 1 to 2147483647/,
  ],
])("%s that cannot be meant is refused", (_what, make, message) => {
  expect(make).toThrow(DeclarationError);
  expect(make).toThrow(message);
});

test("a Postgres without an address is refused", () => {
  vi.stubEnv("DATABASE_URL", undefined);
  try {
    expect(() => postgresDriver()).toThrow(DeclarationError);
    expect(() => postgresDriver()).toThrow(/set DATABASE_URL, or give it a url/);
  } finally {
    vi.unstubAllEnvs();
  }
});
