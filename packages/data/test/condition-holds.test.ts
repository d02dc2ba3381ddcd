import { conditionHolds, isExpired, type StoredRecord } from "@plinth/data";
import { expect, test } from "vitest";

const record = (expiresAt?: number): StoredRecord => ({
  key: "k",
  revision: "r",
  schemaVersion: 1,
  data: {},
  indexes: {},
  ...(expiresAt === undefined ? {} : { expiresAt }),
});
const now = 100;

test.each([
  ["nothing", undefined, true, false, false],
  ["a record", record(), false, true, true],
  ["one that ends later", record(101), false, true, true],
  ["one that ends now", record(100), true, false, false],
])("conditions hold or not for %s", (_what, stored, isAbsent, isPresent, isAtRevision) => {
  const revision = { kind: "revision", revision: "r", now } as const;
  expect(conditionHolds({ kind: "none" }, stored)).toBe(true);
  expect(conditionHolds({ kind: "absent", now }, stored)).toBe(isAbsent);
  expect(conditionHolds({ kind: "present", now }, stored)).toBe(isPresent);
  expect(conditionHolds(revision, stored)).toBe(isAtRevision);
  expect(conditionHolds({ ...revision, revision: "other" }, stored)).toBe(false);
});

test("a record expires at its time, and never without one", () => {
  expect([99, 100, 101].map((expiresAt) => isExpired({ expiresAt }, now))).toEqual([
    true,
    true,
    false,
  ]);
  expect(isExpired({}, now)).toBe(false);
});
