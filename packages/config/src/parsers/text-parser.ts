import * as z from "zod";

/** What the rest of the package knows about one of its own parsers. */
export interface ParserInfo {
  /** What the parser expects, in the words of a message: "an integer". */
  readonly expected: string;
  /** The value must never be shown: `secret()` and what contains it. */
  readonly secret?: boolean;
  /** The value may carry a password: `url()`. */
  readonly url?: boolean;
  /** A value as a variable would hold it, where that differs from its JSON. */
  readonly format?: (value: number) => string;
  /** The schema of the value inside, where there is one. */
  readonly inner?: z.ZodType;
}

// zod carries the entry over to `.refine()` and `.describe()`.
const registry = z.registry<{ readonly info: unknown }>();

/** What is known about a schema made by one of this package's parsers; undefined for others. */
export function parserInfo(schema: z.ZodType): ParserInfo | undefined {
  return registry.get(schema)?.info as ParserInfo | undefined;
}

/** Thrown by a parse function: the text is not what was expected. */
export class Unreadable extends Error {
  /** Where inside the value, for JSON and lists. */
  readonly path: readonly PropertyKey[];
  constructor(expected: string, path: readonly PropertyKey[] = []) {
    super(expected);
    this.path = path;
  }
}

/**
 * Makes a schema that reads a variable's text as well as the value given to a constructor.
 *
 * @param info what the parser expects.
 * @param read turns text or an already typed value into the output; throws `Unreadable`.
 */
export function textParser<Output, Input>(
  info: ParserInfo,
  read: (value: unknown) => Output,
): z.ZodType<Output, Input> {
  const schema = z.unknown().transform((value, context): Output => {
    if (value === undefined) {
      context.addIssue({ code: "custom", message: info.expected });
      return z.NEVER;
    }
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      context.addIssue({
        code: "custom",
        message: error.message,
        path: [...error.path],
        params: { parser: true },
      });
      return z.NEVER;
    }
  });
  registry.add(schema, { info });
  return schema as unknown as z.ZodType<Output, Input>;
}
