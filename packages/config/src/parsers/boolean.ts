import type * as z from "zod";
import { textParser, Unreadable } from "../schema/text-parser.ts";

const words: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ["true", true],
  ["1", true],
  [true, true],
  ["false", false],
  ["0", false],
  [false, false],
]);

/** Reads `true`, `false`, `1` or `0`. Other words, such as "off", are refused. */
export function boolean(): z.ZodType<boolean, boolean | string> {
  const expected = "true, false, 1 or 0";
  return textParser({ expected }, (value) => {
    const found = words.get(value);
    if (found === undefined) throw new Unreadable(expected);
    return found;
  });
}
