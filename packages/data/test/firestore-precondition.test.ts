import { describe, expect, test } from "vitest";
import { pinned, preconditionOf } from "../src/firestore/precondition.ts";

const record = (expiresAt?: number) => ({
  key: "k",
  revision: "r",
  schemaVersion: 1,
  data: {},
  indexes: {},
  ...(expiresAt === undefined ? {} : { expiresAt }),
  hint: { updateTime: 7, expiresAt },
});

describe("conditions", () => {
  const now = 100;
  const absent = { kind: "absent", now } as const;
  const present = { kind: "present", now } as const;
  const revision = { kind: "revision", revision: "r", now } as const;

  test("that Firestore can check go along with the write", () => {
    expect(preconditionOf({ kind: "none" }, true)).toEqual({});
    expect(preconditionOf(absent, false)).toEqual({ exists: false });
    expect(preconditionOf(present, false)).toEqual({ exists: true });
    const { hint } = record();
    expect(preconditionOf({ ...revision, hint }, true)).toEqual({ lastUpdateTime: 7 });
  });

  test("that it cannot check have the record read first", () => {
    expect(preconditionOf(absent, true)).toBeUndefined();
    expect(preconditionOf(present, true)).toBeUndefined();
    expect(preconditionOf(revision, false)).toBeUndefined();
    const { hint } = record(now);
    expect(preconditionOf({ ...revision, hint }, true)).toBeUndefined();
  });

  test("a record is pinned at what was read", () => {
    expect(pinned(undefined)).toEqual({ exists: false });
    expect(pinned(record())).toEqual({ lastUpdateTime: 7 });
  });
});
