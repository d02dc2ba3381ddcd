import { expect, test } from "vitest";
import { encodeKey } from "../src/repository/record-key.ts";

const signs = ["a", "\\", "|", "#", "1"];

/** All texts of one to three signs. */
const texts = signs.flatMap((one) => [
  one,
  ...signs.flatMap((two) => [one + two, ...signs.map((three) => one + two + three)]),
]);

const keyOf = (...values: readonly (string | number)[]): string => {
  const fields = values.map((_value, n) => `field${n}`);
  const { key = "" } = encodeKey(
    fields,
    Object.fromEntries(values.map((value, n) => [`field${n}`, value])),
  );
  expect(key).not.toBe("");
  return key;
};

test("no two keys of one field have the same form", () => {
  const keys = [...texts, 1, 11, -1, 1.5].map((value) => keyOf(value));
  expect(new Set(keys).size).toBe(keys.length);
});

test("no two keys of two fields have the same form", () => {
  const values = [...texts, 1, 11];
  const keys = values.flatMap((left) => values.map((right) => keyOf(left, right)));
  expect(new Set(keys).size).toBe(keys.length);
});

test("no two keys of three fields have the same form", () => {
  const values = texts.filter((text) => text.length < 3);
  const keys = values.flatMap((one) =>
    values.flatMap((two) => values.map((three) => keyOf(one, two, three))),
  );
  expect(new Set(keys).size).toBe(keys.length);
});
