import * as fc from "fast-check";
import { DeclarationError } from "@plinth/core";
import { describe, expect, test } from "vitest";
import { callMessage } from "../src/postgres/call-message.ts";
import { checkConnectionUrl, shownUrl } from "../src/postgres/connection-url.ts";
import { discreet } from "../src/postgres/discreet-error.ts";
import { postgresErrorCode, survives } from "../src/postgres/error-code.ts";
import {
  indexColumns,
  indexName,
  keyIndexName,
  quote,
  tableName,
} from "../src/postgres/identifiers.ts";
import { preparedStatementError } from "../src/postgres/prepared-statement-error.ts";
import { ReadStatements } from "../src/postgres/read-statements.ts";
import { fromRow, toRow } from "../src/postgres/record-row.ts";
import type { SqlValue } from "../src/postgres/sql-client.ts";
import { tableOf } from "../src/postgres/table.ts";
import { TokenReuseError } from "../src/postgres/token-reuse-error.ts";
import { WireQuery } from "../src/postgres/wire-query.ts";
import { toTransactCall, toWriteCall } from "../src/postgres/write-statements.ts";

const table = tableOf({ name: "things", indexes: ["byName"] }, "public");

const raw = (fields: object, message = "raw"): Error => Object.assign(new Error(message), fields);
const sqlError = (code: string, more: object = {}): Error =>
  raw({ code, severity: "ERROR", ...more });

describe("error codes", () => {
  test.each([
    ["40001", "aborted", true],
    ["40P01", "aborted", true],
    ["40003", "unavailable", true],
    ["55P03", "aborted", true],
    ["53300", "resource_exhausted", true],
    ["53100", "resource_exhausted", true],
    ["57P01", "unavailable", false],
    ["57P03", "unavailable", false],
    ["57014", "unavailable", true],
    ["25006", "unavailable", false],
    ["25P03", "unavailable", false],
    ["08006", "unavailable", false],
    ["28P01", "unauthenticated", true],
    ["42501", "permission_denied", true],
    ["42P01", "failed_precondition", true],
    ["42703", "failed_precondition", true],
    ["3D000", "failed_precondition", true],
    ["3F000", "failed_precondition", true],
    ["22021", "invalid_argument", true],
    ["23502", "failed_precondition", true],
    ["54000", "invalid_argument", true],
    ["XX001", "data_loss", false],
    ["XX000", undefined, false],
    ["P0001", undefined, true],
  ])("SQLSTATE %s is %s, and leaves the connection usable: %s", (state, code, isUsable) => {
    expect(postgresErrorCode(sqlError(state))).toBe(code);
    expect(survives(sqlError(state))).toBe(isUsable);
  });

  test.each([
    [raw({ code: "ECONNRESET" }), "unavailable"],
    [raw({ code: "EPIPE" }), "unavailable"],
    [raw({ code: "ENOENT", syscall: "connect" }), "unavailable"],
    [raw({ code: "ENOENT", syscall: "open" }), undefined],
    [new AggregateError([raw({ code: "ECONNREFUSED" })]), "unavailable"],
    [raw({}, "Connection terminated unexpectedly"), "unavailable"],
    [raw({}, "Connection terminated due to connection timeout"), "unavailable"],
    [raw({}, "timeout expired"), "unavailable"],
    [raw({}, "Query read timeout"), "unavailable"],
    [raw({}, "timeout exceeded when trying to connect"), "resource_exhausted"],
    [raw({}, "PGlite is closed"), "unavailable"],
    [raw({ name: "AbortError" }), "cancelled"],
    [raw({ name: "TimeoutError" }), "deadline_exceeded"],
    [new TokenReuseError(), "invalid_argument"],
    [raw({ code: "ABCDE" }), undefined],
    [raw({ code: "toString" }), undefined],
    ["text", undefined],
    [undefined, undefined],
  ])("%s is %s", (error, code) => {
    expect(postgresErrorCode(error)).toBe(code);
    expect(survives(error)).toBe(false);
  });

  test("what a statement was given is taken from its error", () => {
    const error = sqlError("23502", {
      params: ["secret"],
      detail: "Failing row contains (secret)",
    });
    expect(JSON.stringify(discreet(error), Object.getOwnPropertyNames(error))).not.toContain(
      "secret",
    );
    expect(discreet(sqlError("40P01", { detail: "Process 1 waits" }))).toHaveProperty("detail");
  });
});

describe("names", () => {
  test("of usual length are kept", () => {
    expect(tableName("things")).toBe("things");
    expect(indexName("things", "byName")).toBe("things:index:byName");
    expect(indexColumns("byName")).toEqual(["byName_partition", "byName_sort"]);
    expect(quote('a"b')).toBe('"a""b"');
  });

  test("are never longer than Postgres keeps, and never the same", () => {
    const collection = fc.stringMatching(/^[\w.-]{3,255}$/);
    const index = fc.stringMatching(/^[A-Za-z\d]{1,200}$/);
    fc.assert(
      fc.property(collection, collection, index, index, (one, other, first, second) => {
        fc.pre(one !== other && first !== second);
        const relations = [one, other].flatMap((name) => [
          tableName(name),
          keyIndexName(name),
          indexName(name, first),
          indexName(name, second),
        ]);
        const columns = [first, second].flatMap(indexColumns);
        for (const names of [relations, columns]) {
          expect(new Set(names).size).toBe(names.length);
          for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
        }
      }),
    );
  });

  test("of long collections and indexes differ in their hash", () => {
    const long = "x".repeat(100);
    expect(tableName(`${long}a`)).not.toBe(tableName(`${long}b`));
    expect(indexColumns(`${long}a`)).not.toEqual(indexColumns(`${long}b`));
    expect(indexColumns(`${long}a`)[0]).toHaveLength(63);
  });
});

describe("addresses", () => {
  test.each([
    "postgres://u:p%40ss@host/db",
    "postgresql://host:5433/db?sslmode=require",
    "postgresql:///db?host=/run/postgresql",
  ])("%s is one", (url) => {
    expect(() => checkConnectionUrl(url, "DATABASE_URL")).not.toThrow();
  });

  test.each([
    "mysql://u:s3cret@host/db",
    "s3cret",
    "postgresql://u:s3cret@ho st/db",
    "postgresql://u:1/s3cret@host/db",
    "postgresql://u:1?s3cret@host/db",
    "postgresql://u:1#s3cret@host/db",
    "postgresql://u:s3/cret@host:port/db",
  ])("%s is refused, without being quoted", (url) => {
    let message = "";
    try {
      checkConnectionUrl(url, "DATABASE_URL");
    } catch (error) {
      expect(error).toBeInstanceOf(DeclarationError);
      expect(error).toMatchObject({ [Symbol.for("plinth.presentable")]: true });
      message = String(error);
    }
    expect(message).toMatch(/^DeclarationError: DATABASE_URL /);
    expect(message).not.toMatch(/s3|cret/);
  });

  test("are shown without user, password and parameters", () => {
    const url = "postgresql://user:secret@host:5433/db?password=secret&user=user";
    expect(shownUrl(url)).toBe("postgresql://host:5433/db");
  });
});

describe("rows", () => {
  const record = {
    key: "k",
    revision: "r",
    schemaVersion: 3,
    data: { z: 1, a: [0.1, 1e21, null, "é"], 2: "b" },
    expiresAt: 1_700_000_000_000,
    indexes: { byName: { partition: "sA", sort: "n1" } },
  };
  const asAnswered = (row: readonly SqlValue[]): (string | null)[] =>
    row.map((value) => (typeof value === "number" ? `${value}` : (value as string | null)));

  test.each([
    ["with all", record],
    [
      "without expiry and index",
      { key: "k", revision: "r", schemaVersion: 1, data: {}, indexes: {} },
    ],
    ["that expires at 0", { ...record, expiresAt: 0 }],
  ])("come back the same: %s", (_name, stored) => {
    expect(fromRow(table, asAnswered(toRow(table, stored)))).toStrictEqual(stored);
  });

  test.each([
    ["data that is a list", 3, "[]"],
    ["data that is null", 3, "null"],
    ["no revision", 1, null],
    ["a version in words", 2, "one"],
  ])("with %s are data_loss", (_name, position, value) => {
    const row = asAnswered(toRow(table, record)).with(position, value);
    expect(() => fromRow(table, row)).toThrow(expect.objectContaining({ code: "data_loss" }));
  });
});

describe("statements", () => {
  const record = { key: "k", revision: "r", schemaVersion: 1, data: {}, indexes: {} };

  test("have as many placeholders as values, each of them used", () => {
    const conditions = [
      { kind: "none" },
      { kind: "absent", now: 5 },
      { kind: "present", now: 5 },
      { kind: "revision", now: 5, revision: "q" },
    ] as const;
    const calls = conditions.flatMap((condition) => [
      toWriteCall(table, { kind: "set", record, condition }),
      toWriteCall(table, { kind: "remove", key: "k", condition }),
      toTransactCall(table, { kind: "remove", key: "k", condition }),
      toTransactCall(table, { kind: "check", key: "k", condition }),
    ]);
    const reads = new ReadStatements(table);
    const range = { index: "byName", partition: "p", from: "a", to: "b" };
    const more = [
      reads.get(["a"]),
      reads.get(["a", "b"]),
      reads.scan({ limit: 1 }),
      reads.scan({ limit: 1, after: "a" }),
      reads.count({ ...range, now: 5 }),
      reads.query({ ...range, order: "ascending", limit: 2 }),
      reads.query({ ...range, fromExclusive: true, order: "descending", limit: 2 }),
    ];
    for (const call of [...calls, ...more].filter((one) => one !== undefined)) {
      const used = new Set(call.statement.text.match(/\$\d+/g));
      expect(used).toEqual(new Set(call.values.map((_value, n) => `$${n + 1}`)));
    }
    expect(new Set(more.map(({ statement }) => statement.name)).size).toBe(more.length);
  });

  test("are made once for each table, under a name that Postgres keeps whole", () => {
    const action = { kind: "set", record, condition: { kind: "none" } } as const;
    const { statement } = toWriteCall(table, action);
    expect(toWriteCall(table, action).statement).toBe(statement);
    expect(Buffer.byteLength(statement.name)).toBeLessThanOrEqual(63);
    const other = tableOf({ name: "others", indexes: ["byName"] }, "public");
    expect(toWriteCall(other, action).statement.name).not.toBe(statement.name);
  });

  test("of the same key twice ask for it once", () => {
    expect(new ReadStatements(table).get(["a", "b", "a"]).values).toEqual([["a", "b"]]);
  });
});

test("a call of a prepared statement is Bind, Execute and Sync", () => {
  const expected = Buffer.concat([
    // B, its length, no portal, the name, no formats, three values, no formats
    Buffer.from([0x42, 0, 0, 0, 29, 0, 0x70, 0x31, 0, 0, 0, 0, 3]),
    Buffer.from([0, 0, 0, 3, 0x61, 0xc3, 0xa9, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0]),
    Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4]),
  ]);
  expect(callMessage("p1", ["aé", null, ""])).toEqual(expected);
});

describe("a query that sends its own messages", () => {
  function connection() {
    const sent: string[] = [];
    const parsedStatements: Record<string, string> = {};
    return {
      sent,
      parsedStatements,
      stream: {
        writable: true,
        cork: () => undefined,
        uncork: () => undefined,
        write: (data: Uint8Array) => sent.push(Buffer.from(data).toString("latin1")),
      },
      parse: ({ name }: { name: string }) => sent.push(`parse ${name}`),
      close: ({ name }: { name: string }) => sent.push(`close ${name}`),
    };
  }
  const statement = { text: "select 1", name: "p1" };
  const query = (options: object, answered: (result: unknown) => void = () => undefined) =>
    new WireQuery(statement, [], { timeout: 5, prepare: true, ...options }, (_error, result) =>
      answered(result),
    );
  /** The messages of one kind, by their first letter and the name that they call. */
  const count = (sent: readonly string[], text: string): number =>
    sent.join("").split(text).length - 1;

  test("prepares the statement first, then its limit, and each once", () => {
    const to = connection();
    query({ limit: 300 }).submit(to);
    expect(to.sent.slice(0, 3)).toEqual(["parse p1", "close plinth_limit", "parse plinth_limit"]);
    to.parsedStatements["p1"] = statement.text;
    query({ limit: 300 }).handleReadyForQuery(to);
    to.sent.length = 0;
    query({ limit: 300 }).submit(to);
    expect(to.sent).toHaveLength(1);
    expect(count(to.sent, "plinth_limit")).toBe(1);
    expect(to.sent.join("").indexOf("plinth_limit")).toBeLessThan(to.sent.join("").indexOf("p1"));
    // One Sync: both are one transaction.
    expect(count(to.sent, "S\0\0\0\u0004")).toBe(1);
  });

  test("without preparing, calls each before the next one takes its place", () => {
    const to = connection();
    query({ limit: 300, prepare: false }).submit(to);
    expect(to.sent.map((message) => message.slice(0, 6))).toEqual([
      "parse ",
      expect.stringMatching(/^B/),
      "parse ",
      expect.stringMatching(/^B/),
    ]);
  });

  test("leaves the answer to the limit out, and a copy of it is as good", () => {
    let answer: unknown;
    const original = query({ limit: 300 }, (result) => (answer = result));
    // As what traces queries does it: without the prototype.
    const copy = Object.assign(Object.create(null) as object, original);
    const to = connection();
    copy.submit(to);
    expect(to.sent.length).toBeGreaterThan(0);
    copy.handleDataRow({ fields: ["300ms"] });
    copy.handleCommandComplete({ text: "SELECT 1" });
    copy.handleDataRow({ fields: ["a"] });
    copy.handleDataRow({ fields: ["b"] });
    copy.handleCommandComplete({ text: "SELECT 2" });
    copy.handleReadyForQuery(to);
    expect(answer).toMatchObject({ rows: [["a"], ["b"]], count: 2 });
  });
});

test("a refused prepared statement says what to set", () => {
  const twice = preparedStatementError(sqlError("42P05"));
  expect(twice).toMatchObject({
    code: "internal",
    message: expect.stringContaining("preparedStatements: false"),
  });
  const lost = preparedStatementError(sqlError("26000"));
  expect(lost).toMatchObject({ code: "unavailable", message: twice.message });
});
