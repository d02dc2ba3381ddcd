import * as z from "zod";
import { describeExpected, discreetExpectedOf, expectedOf } from "../schema/expected.ts";
import { traitsOf } from "../schema/schema-traits.ts";
import { textParser, Unreadable } from "../schema/text-parser.ts";

/** Options of `list`. */
export interface ListOptions {
  /** Least number of items. Default: 0. */
  readonly minimum?: number;
  /** Greatest number of items. Default: no limit. */
  readonly maximum?: number;
}

/**
 * Reads items separated by commas, such as `a, b,c`. Spaces around an item are removed; an empty item is
 * a fault. The constructor takes an array.
 *
 * @param item The schema of each item. Default: any text.
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
      const say = traitsOf(schema).holdsSecret ? discreetExpectedOf : expectedOf;
      const [issue] = result.error.issues;
      throw new Unreadable(issue ? say(schema, issue) : expected, [index]);
    });
  });
}
