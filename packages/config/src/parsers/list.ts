import * as z from "zod";
import { holdsSecret } from "../definition/schema-walk.ts";
import { describeExpected, discreetExpectedOf, expectedOf } from "./expected.ts";
import { textParser, Unreadable } from "./text-parser.ts";

/** Options of `list`. */
export interface ListOptions {
  /** Least number of items; default 0. */
  readonly minimum?: number;
  /** Greatest number of items; default none. */
  readonly maximum?: number;
}

/**
 * Reads items separated by commas, `a, b,c`; spaces around an item are dropped, and an empty item
 * is a fault. The constructor takes an array.
 *
 * @param item schema of each item; default any text.
 */
export function list<Item extends z.ZodType = z.ZodString>(
  item?: Item,
  options: ListOptions = {},
): z.ZodType<readonly z.output<Item>[], readonly z.input<Item>[] | string> {
  const schema: z.ZodType = item ?? z.string();
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = options;
  const least = minimum > 0 ? ` (at least ${minimum})` : "";
  const most = Number.isFinite(maximum) ? ` (at most ${maximum})` : "";
  const expected = `a comma list, each item ${describeExpected(schema)}${least}${most}`;
  return textParser({ expected, inner: schema }, (value) => {
    const items: unknown =
      typeof value === "string" ? value.split(",").map((i) => i.trim()) : value;
    if (!Array.isArray(items) || items.length < minimum || items.length > maximum)
      throw new Unreadable(expected);
    return items.map((entry: unknown, index) => {
      if (entry === "") throw new Unreadable(`${expected}; item ${index + 1} is empty`);
      const result = schema.safeParse(entry);
      if (result.success) return result.data as z.output<Item>;
      const say = holdsSecret(schema) ? discreetExpectedOf : expectedOf;
      const [issue] = result.error.issues;
      throw new Unreadable(issue ? say(schema, issue) : expected, [index]);
    });
  });
}
