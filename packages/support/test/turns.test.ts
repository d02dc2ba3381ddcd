import { expect, test } from "vitest";
import { Turns } from "../src/turns.ts";

const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};

test("callers with one key go one after the other, others side by side", async () => {
  const turns = new Turns();
  const { opened, open } = gate();
  const seen: string[] = [];
  const take = (key: string, name: string, until?: Promise<void>): Promise<void> =>
    turns.take([key], async () => {
      seen.push(`${name} begins`);
      await until;
      seen.push(`${name} ends`);
    });
  const all = [take("a", "first", opened), take("a", "second"), take("b", "other")];
  await all[2];
  expect(seen).toEqual(["first begins", "other begins", "other ends"]);
  open();
  await Promise.all(all);
  expect(seen.slice(3)).toEqual(["first ends", "second begins", "second ends"]);
  expect(turns.size).toBe(0);
});

test("callers with several keys never wait for each other", async () => {
  const turns = new Turns();
  const seen: number[] = [];
  const orders = [["a", "b"], ["b", "a"], ["c", "a"], ["b"]];
  await Promise.all(
    orders.map((keys, index) =>
      turns.take(keys, async () => {
        seen.push(index);
      }),
    ),
  );
  expect(seen).toEqual([0, 1, 2, 3]);
});

test("one that gives up waiting leaves its place without a gap", async () => {
  const turns = new Turns();
  const { opened, open } = gate();
  const seen: string[] = [];
  const first = turns.take(["a"], async () => {
    await opened;
    seen.push("first");
  });
  const second = turns.take(
    ["a"],
    async () => seen.push("second"),
    () => Promise.reject(new Error("enough")),
  );
  const third = turns.take(["a"], async () => seen.push("third"));
  await expect(second).rejects.toThrow("enough");
  expect(seen).toEqual([]);
  open();
  await Promise.all([first, third]);
  expect(seen).toEqual(["first", "third"]);
  expect(turns.size).toBe(0);
});

test("code knows the turns that it is part of, and no others", async () => {
  const turns = new Turns();
  await turns.take(["a"], () =>
    turns.take(["b"], async () => {
      expect(["a", "b", "c"].map((key) => turns.isInside(key))).toEqual([true, true, false]);
      expect(new Turns().isInside("a")).toBe(false);
    }),
  );
  expect(turns.isInside("a")).toBe(false);
});
