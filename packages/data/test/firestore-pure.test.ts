import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromDocument, toDocument } from "../src/firestore/document.ts";
import { toDocumentId } from "../src/firestore/document-id.ts";
import { firestoreErrorCode, FirestoreTimeoutError } from "../src/firestore/error-code.ts";

const recordOf = (data: Record<string, never>) => ({
  key: "k",
  revision: "r",
  schemaVersion: 1,
  data,
  indexes: {},
});

describe("documents", () => {
  // Few names and short arrays, so that the marks meet each other often.
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "medium" },
      fc.integer(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("%", "%%", "%%%", "a"), tie("value"), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
    ),
  }));

  test("come back the same with any nesting", () => {
    fc.assert(
      fc.property(value, (inner) => {
        const record = recordOf({ inner: inner as never });
        expect(fromDocument({ ...toDocument(record) }, undefined)).toEqual(record);
      }),
    );
  });

  test("no array is directly inside an array", () => {
    const arrayInArray = (inner: unknown): boolean =>
      typeof inner === "object" && inner !== null
        ? Object.values(inner).some(
            (element) => (Array.isArray(inner) && Array.isArray(element)) || arrayInArray(element),
          )
        : false;
    fc.assert(
      fc.property(value, (inner) => {
        expect(arrayInArray(toDocument(recordOf({ inner: inner as never })).data)).toBe(false);
      }),
    );
  });

  test("that we did not write are data_loss", () => {
    expect(() => fromDocument({ name: "foreign" }, undefined)).toThrow(
      expect.objectContaining({ code: "data_loss" }),
    );
  });
});

describe("document ids", () => {
  test("are accepted by Firestore, and no two keys share one", () => {
    const key = fc.string({
      unit: fc.constantFrom("/", "%", ".", "_", "2", "F", "5", "h", "a"),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(key, key, (one, other) => {
        const id = toDocumentId(one);
        expect(id).not.toMatch(/\/|^\.\.?$|^__.*__$/);
        expect(id === toDocumentId(other)).toBe(one === other);
      }),
      { numRuns: 2000 },
    );
  });

  test("are short, and still different, for long keys", () => {
    const ids = ["a", "b"].map((end) => toDocumentId("/".repeat(1000) + end));
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids.every((id) => Buffer.byteLength(id) <= 1500)).toBe(true);
  });
});

test.each([
  [Object.assign(new Error("raw"), { code: 14 }), "unavailable"],
  [Object.assign(new Error("raw"), { code: 10 }), "aborted"],
  [Object.assign(new Error("raw"), { code: 8 }), "resource_exhausted"],
  [Object.assign(new Error("raw"), { code: 99 }), undefined],
  [Object.assign(new Error("raw"), { code: "ENOENT" }), undefined],
  [new FirestoreTimeoutError(5), "unavailable"],
  [undefined, undefined],
])("%s is %s", (raw, code) => {
  expect(firestoreErrorCode(raw)).toBe(code);
});
